(** DiagFloat.v -- per-operation rounding, diagonal case.  A float format is a
    finite chain of codes 0..K; x -> rnd(rnd(a*x)+b) with a >= 0 is monotone for
    ANY monotone rounding (any format, saturation, flush-to-zero).  A monotone
    map on a finite chain has eventually constant orbits, so stacks of such
    layers cannot do parity.  No real analysis is involved. *)
From Coq Require Import Classical.
From mathcomp Require Import all_ssreflect all_algebra.
From Statewright Require Import ParityImpossible.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.

Lemma orbit_evconst (f : nat -> nat) K (u : nat -> nat) N :
  (forall x y, x <= y -> f x <= f y) -> (forall x, f x <= K) ->
  (forall t, N <= t -> u t.+1 = f (u t)) -> evconst u.
Proof.
move=> mono bnd rec.
case: (leqP (u N.+1) (u N)) => [le|/ltnW ge].
  apply: (@nat_noninc u N); elim=> [|t IH]; first by rewrite leqn0 => /eqP e; move: le; rewrite e.
  rewrite leq_eqVlt => /orP [/eqP <- //|]; rewrite ltnS => Nt.
  by rewrite [u t.+2]rec ?leqW // [X in _ <= X]rec //; apply: mono; apply: IH.
have up t : N <= t -> u t <= u t.+1.
  elim: t => [|t IH]; first by rewrite leqn0 => /eqP e; move: ge; rewrite e.
  rewrite leq_eqVlt => /orP [/eqP <- //|]; rewrite ltnS => Nt.
  by rewrite [u t.+2]rec ?leqW // [X in X <= _]rec //; apply: mono; apply: IH.
have [M [d e]] : evconst (fun t => K - u t).
  by apply: (@nat_noninc _ N) => t /up; apply: leq_sub2l.
exists (maxn M N.+1), (K - d) => t; rewrite geq_max => /andP [Mt].
by case: t Mt => // t Mt Nt; rewrite -(e _ Mt) subKn // rec // -ltnS.
Qed.

Record dlayer := DLayer { dn : nat; dK : nat;
  df : 'I_dn -> nat -> nat -> nat;   (* coordinate, symbol, code -> code *)
  d0 : 'I_dn -> nat;
  ddec : {ffun 'I_dn -> nat} -> nat -> nat;
  df_mono : forall i c x y, x <= y -> df i c x <= df i c y;
  df_bnd : forall i c x, df i c x <= dK }.
Fixpoint dst (L : dlayer) (x : nat -> nat) t (i : 'I_(dn L)) : nat :=
  if t is t'.+1 then df i (x t') (dst x t' i) else d0 i.
Definition dout (L : dlayer) (x : nat -> nat) t : nat :=
  @ddec L [ffun i => dst x t.+1 i] (x t).
Definition dnet (N : seq dlayer) x := foldl (fun y L => dout L y) x N.

Lemma dout_evconst L x : evconst x -> evconst (dout L x).
Proof.
move=> [N [c xc]].
have cst (i : 'I_(dn L)) : evconst (fun t => dst x t i).
  apply: (@orbit_evconst (df i c) (dK L) _ N).
  - by move=> a b; apply: df_mono.
  - by move=> a; apply: df_bnd.
  by move=> t Nt /=; rewrite xc.
have [M [d e]] := evconst_all cst.
exists (maxn N M), (ddec d c) => t; rewrite geq_max => /andP [Nt Mt].
rewrite /dout xc //; congr (ddec _ _); exact: (e t.+1 (leqW Mt)).
Qed.

Theorem dnet_no_parity (N : seq dlayer) (accept : nat -> bool) :
  ~ (forall t, accept (dnet N (fun _ => 1) t) = odd t.+1).
Proof.
have : evconst (dnet N (fun _ => 1)).
  have : evconst (fun _ : nat => 1) by exists 0, 1.
  by rewrite /dnet; elim: N (fun _ => 1) => [|L N IH] x xc //=; apply: IH; apply: dout_evconst.
move=> [M [d e]] rec; have := rec M; have := rec M.+1; rewrite !e //=.
by move=> ->; rewrite negbK; case: (odd M).
Qed.
