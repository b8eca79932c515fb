(** DiagFloat.v -- diagonal layers with non-negative entries and every operation rounded.

    Statement ([dnet_no_parity]): a float format is a finite chain of codes 0..K, and
    x -> rnd(rnd(a x) + b) with a >= 0 is monotone on it for ANY monotone rounding (any
    format, saturation, flush to zero).  A monotone map on a finite chain has eventually
    constant orbits, so stacks of any depth of layers whose coordinates move by such maps
    cannot decide parity.  No real analysis is involved.  The possibility beside it, in
    the same model without monotony (a < 0): [falling_parity].
    Source: Grazzi et al., ICLR 2025, Theorem 1, carried over to rounded recurrences. *)
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
  df_bnd : forall i c x, df i c x <= dK }.
Definition monotone (L : dlayer) :=
  forall (i : 'I_(dn L)) c x y, x <= y -> df i c x <= df i c y.
Fixpoint dst (L : dlayer) (x : nat -> nat) t (i : 'I_(dn L)) : nat :=
  if t is t'.+1 then df i (x t') (dst x t' i) else d0 i.
Definition dout (L : dlayer) (x : nat -> nat) t : nat :=
  @ddec L [ffun i => dst x t.+1 i] (x t).
Definition dnet (N : seq dlayer) x := foldl (fun y L => dout L y) x N.

Lemma dout_evconst L x : monotone L -> evconst x -> evconst (dout L x).
Proof.
move=> mono [N [c xc]].
have cst (i : 'I_(dn L)) : evconst (fun t => dst x t i).
  apply: (@orbit_evconst (df i c) (dK L) _ N).
  - by move=> a b; apply: mono.
  - by move=> a; apply: df_bnd.
  by move=> t Nt /=; rewrite xc.
have [M [d e]] := evconst_all cst.
exists (maxn N M), (ddec d c) => t; rewrite geq_max => /andP [Nt Mt].
rewrite /dout xc //; congr (ddec _ _); exact: (e t.+1 (leqW Mt)).
Qed.

Theorem dnet_no_parity (N : seq dlayer) (accept : nat -> bool) :
  (forall L, List.In L N -> monotone L) ->
  ~ (forall t, accept (dnet N (fun _ => 1) t) = odd t.+1).
Proof.
move=> mono; have : evconst (dnet N (fun _ => 1)).
  have : evconst (fun _ : nat => 1) by exists 0, 1.
  rewrite /dnet; elim: N mono (fun _ => 1) => [|L N IH] mono x xc //=.
  apply: IH; first by move=> L' h; apply: mono; right.
  by apply: dout_evconst => //; apply: mono; left.
move=> [M [d e]] rec; have := rec M; have := rec M.+1; rewrite !e //=.
by move=> ->; rewrite negbK; case: (odd M).
Qed.

(** Two codes and one falling map, x -> 1 - x (-1 times a number that is -1 or 1), decide it. *)
Definition falling_layer : dlayer :=
  @DLayer 1 1 (fun _ _ x => 1 - x) (fun _ => 0) (fun f _ => f ord0) (fun _ _ x => leq_subr x 1).

Theorem falling_parity t : (dnet [:: falling_layer] (fun _ => 1) t == 1) = odd t.+1.
Proof.
rewrite /dnet /= /dout /= ffunE /=.
have e : forall n, @dst falling_layer (fun _ => 1) n ord0 = odd n :> nat.
  by elim=> [|n IH] //=; rewrite IH; case: (odd n).
by rewrite e; case: (odd t).
Qed.
