(** PeriodDoubling.v -- how the period of a letter's orbit grows from layer to layer.

    A sequence is eventually periodic ([evper]) if it repeats after some time.  If the
    input of a layer has period p, and over two periods its state is mapped by something
    whose orbits come to rest, then its output has period 2 p.  For the linear layers of
    ParityImpossible.v that something is the square of a product of p matrices
    ([squares_nonneg]); for rounded diagonal layers it is a monotone map
    (SignedDiagFloat.v).  So L layers have a period that divides 2^L, and cannot test
    "length divisible by m" unless m divides 2^L ([doubling_no_mod_count], [counted]).
    Source: the induction of Theorem 2 of Grazzi et al. (ICLR 2025). *)
From Coq Require Import Classical.
From mathcomp Require Import all_ssreflect all_algebra.
From Statewright Require Import ParityImpossible.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.

Definition evper T (p : nat) (y : nat -> T) :=
  exists N, forall t, N <= t -> y (t + p) = y t.

Lemma evper_mul T p (y : nat -> T) : evper p y -> evper (2 * p) y.
Proof.
move=> [N h]; exists N => t Nt.
by rewrite mul2n -addnn addnA h ?h // (leq_trans Nt) // leq_addr.
Qed.

Lemma evper_many T p N (x : nat -> T) : (forall t, N <= t -> x (t + p) = x t) ->
  forall k t, N <= t -> x (t + k * p) = x t.
Proof.
move=> xp k t Nt; elim: k => [|k IH]; first by rewrite mul0n addn0.
by rewrite mulSnr addnA xp ?IH // (leq_trans Nt) ?leq_addr.
Qed.

(** If every residue class modulo q comes to rest, the whole has period q. *)
Lemma evper_residues (I : finType) (z : I -> nat -> nat) q N : 0 < q ->
  (forall i (j : 'I_q), evconst (fun k => z i (N + j + k * q))) ->
  evper q (fun t => [ffun i => z i t]).
Proof.
move=> q0 cst.
have [M [d e]] := evconst_all (fun ij : I * 'I_q => cst ij.1 ij.2).
exists (N + M * q) => t Nt; apply/ffunP => i; rewrite !ffunE.
have NT : N <= t by apply: leq_trans Nt; apply: leq_addr.
pose r := (t - N) %% q; pose k := (t - N) %/ q.
have et : t = N + r + k * q by rewrite -addnA [r + _]addnC -divn_eq subnKC.
have Mk : M <= k by rewrite /k leq_divRL // -(leq_add2l N) subnKC.
have rq : r < q by rewrite ltn_mod.
have val_at k' : M <= k' -> z i (N + r + k' * q) = d (i, Ordinal rq).
  by move=> /e /ffunP /(_ (i, Ordinal rq)); rewrite ffunE.
by rewrite et -addnA -mulSnr !val_at // leqW.
Qed.

(** A decoder of periodic state codes and periodic input. *)
Lemma evper_decoded (I : finType) (z : I -> nat -> nat) (dec : {ffun I -> nat} -> nat -> nat) x q :
  evper q x -> evper q (fun t => [ffun i => z i t]) ->
  evper q (fun t => dec [ffun i => z i t.+1] (x t)).
Proof.
move=> [N xq] [M zq]; exists (maxn N M) => t; rewrite geq_max => /andP [Nt Mt].
by rewrite xq // -addSn zq // leqW.
Qed.

Lemma counted T (y : nat -> T) (accept : T -> bool) m q : 0 < m -> evper q y ->
  (forall t, accept (y t) = (m %| t.+1)) -> m %| q.
Proof.
move=> m0 [M h] rec.
have Mt : M <= (m * M.+1).-1 by rewrite -ltnS prednK ?muln_gt0 ?m0 // leq_pmull.
have := rec ((m * M.+1).-1 + q); rewrite h // rec -addSn prednK ?muln_gt0 ?m0 //.
by rewrite dvdn_mulr // => /esym; rewrite dvdn_addr // dvdn_mulr.
Qed.

Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Linear.
Variable R : realFieldType.

(** product of the matrices of a word, the first letter applied first *)
Definition wprod (L : layer R) (w : seq nat) : 'M[R]_((dim L).+1) :=
  foldl (fun P c => lA L c *m P) 1%:M w.

Definition squares_nonneg (L : layer R) p :=
  forall w, size w = p -> nonneg_spectrum (wprod L w *m wprod L w).

Section Layer.
Variable L : layer R.

Lemma affine_word (x : nat -> nat) p N :
  (forall t, (N <= t)%N -> x (t + p)%N = x t) ->
  forall j m, exists c, forall k,
    st L x (N + j + k * p + m) =
    wprod L [seq x (N + j + i)%N | i <- iota 0 m] *m st L x (N + j + k * p) + c.
Proof.
move=> xp j; have xk m k : x (N + j + k * p + m)%N = x (N + j + m)%N.
  by rewrite addnAC (evper_many xp) // -addnA leq_addr.
elim=> [|m [c e]].
  by exists 0 => k; rewrite addn0 /wprod /= mul1mx addr0.
exists (lA L (x (N + j + m)%N) *m c + lB L (x (N + j + m)%N)) => k.
have -> : [seq x (N + j + i)%N | i <- iota 0 m.+1] =
    rcons [seq x (N + j + i)%N | i <- iota 0 m] (x (N + j + m)%N).
  by rewrite -[m.+1]addn1 iotaD map_cat /= add0n cats1.
rewrite /wprod foldl_rcons -/(wprod L _) addnS /= xk e.
by rewrite mulmxDr mulmxA addrA.
Qed.

Lemma lout_evper x p : squares_nonneg L p -> (0 < p)%N -> evper p x ->
  evper (2 * p) (lout L x).
Proof.
move=> sq p0 xp2; have [N xp] := xp2; set q := (2 * p)%N.
have q0 : (0 < q)%N by rewrite muln_gt0.
apply: (evper_decoded (z := fun i t => lcast L i (st L x t i 0))); first exact: evper_mul.
apply: (evper_residues (N := N)) => // i j.
have [c e] := affine_word xp j p; set P := wprod L _ in e.
have sP : nonneg_spectrum (P *m P) by apply: sq; rewrite size_map size_iota.
pose u k := st L x (N + j + k * q).
have uS k : u k.+1 = P *m P *m u k + (P *m c + c).
  have h1 := e (k * 2)%N; have h2 := e (k * 2).+1.
  have i1 : (N + j + k.+1 * q = N + j + (k * 2).+1 * p + p)%N.
    by rewrite -[in RHS]addnA -mulSnr -[(k * 2).+2]/(k.+1 * 2)%N /q mulnA.
  have i2 : (N + j + (k * 2).+1 * p = N + j + k * 2 * p + p)%N by rewrite mulSnr addnA.
  have i3 : (N + j + k * q = N + j + k * 2 * p)%N by rewrite /q mulnA.
  by rewrite /u i1 h2 i2 h1 i3 mulmxDr mulmxA addrA.
have diff k : u k.+1 - u k = (P *m P) ^+ k *m (u 1%N - u 0%N).
  elim: k => [|k IH]; first by rewrite expr0 -[1 *m _]/(1%:M *m _) mul1mx.
  rewrite [u k.+2]uS [X in _ - X]uS opprD addrACA subrr addr0 -mulmxBr IH.
  by rewrite mulmxA -[P *m P *m (P *m P) ^+ k]/((P *m P) * (P *m P) ^+ k) -exprS.
apply: (@cast_evconst R (lcast L i) (fun k => u k i 0)).
apply: evsign_ext (evsign_pow (delta_mx 0 i) (u 1%N - u 0%N) sP) => k.
by rewrite -mulmxA -diff -rowE !mxE.
Qed.
End Layer.

(** Layer i of the stack: products of p, 2p, 4p, .. matrices. *)
Fixpoint stack_squares (N : seq (layer R)) p : Prop :=
  if N is L :: N' then squares_nonneg L p /\ stack_squares N' (2 * p)%N else True.

Theorem nout_evper (N : seq (layer R)) x p : (0 < p)%N -> evper p x -> stack_squares N p ->
  evper (2 ^ size N * p) (nout N x).
Proof.
elim: N x p => [|L N IH] x p p0 xp /=; first by rewrite expn0 mul1n.
move=> [sL sN]; rewrite expnS -mulnA mulnCA; apply: IH => //; first by rewrite muln_gt0.
exact: lout_evper.
Qed.

Theorem doubling_no_mod_count (N : seq (layer R)) (accept : nat -> bool) m : (0 < m)%N ->
  stack_squares N 1 -> (forall t, accept (nout N (fun _ => 1%N) t) = (m %| t.+1)%N) ->
  (m %| 2 ^ size N)%N.
Proof.
move=> m0 sN; apply: counted => //; rewrite -[(2 ^ _)%N]muln1.
by apply: nout_evper => //; exists 0%N.
Qed.
End Linear.
