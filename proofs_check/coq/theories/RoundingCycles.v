(** RoundingCycles.v -- how far from rest rounding can keep a symmetric layer.

    Statement ([weighted_steps_bounded]): let h (t+1) = A h(t) + b + e(t) where W A is
    symmetric positive semidefinite for a diagonal W >= 0, and let the states form a cycle.
    Then the sum over the cycle of |h(t+1) - h(t)|^2 is at most 4 times the sum of
    |e(t)|^2, in the norm |u|^2 = u.W u.  The e(t) are whatever an arithmetic makes of the
    exact step: nothing is assumed about how it rounds.  So a decoder that gives successive
    states different answers, as parity demands, has to see a difference of at most twice
    the rounding error ([weighted_some_step_is_small]).  With W = 1 this is DeltaNet, gated or
    not ([steps_bounded], [some_step_is_small]), with the gates as weights KDA ([kda_steps_bounded]).
    Proof.  F(h) = h.W h - h.W A h - 2 b.W h changes by 2 d.W e - d.W d - d.W A d,
    d = h(t+1) - h(t); twice that is at most 4 e.W e - d.W d, and the changes add to 0.
    The possibility beside it: for A = -1 the bound fails, [indefinite_step].
    Source: our own; FRONTIER.md has cycles that exist. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Statewright Require SymRound KdaRound.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Cycle.
Variables (R : realFieldType) (n : nat).
Implicit Types u v : 'cV[R]_n.

Variable w : 'I_n -> R.
Hypothesis w0 : forall i, 0 <= w i.

Definition dot u v : R := \sum_i w i * (u i 0 * v i 0).
Definition sq u : R := dot u u.

Lemma dotC u v : dot u v = dot v u.
Proof. by apply: eq_bigr => i _; rewrite [u i 0 * _]mulrC. Qed.
Lemma dotDl u v x : dot (u + v) x = dot u x + dot v x.
Proof. by rewrite /dot -big_split; apply: eq_bigr => i _; rewrite mxE mulrDl mulrDr. Qed.
Lemma dotNl u x : dot (- u) x = - dot u x.
Proof. by rewrite /dot -sumrN; apply: eq_bigr => i _; rewrite mxE mulNr mulrN. Qed.
Lemma dotDr u v x : dot x (u + v) = dot x u + dot x v.
Proof. by rewrite dotC dotDl !(dotC _ x). Qed.
Lemma dotNr u x : dot x (- u) = - dot x u.
Proof. by rewrite dotC dotNl dotC. Qed.
Lemma sq_ge0 u : 0 <= sq u.
Proof. by apply: sumr_ge0 => i _; rewrite -expr2 mulr_ge0 ?sqr_ge0. Qed.

Variables (A : 'M[R]_n) (b : 'cV[R]_n) (k : nat) (h e : nat -> 'cV[R]_n).
Hypothesis symA : forall u v, dot u (A *m v) = dot v (A *m u).
Hypothesis psdA : forall u, 0 <= dot u (A *m u).
Hypothesis step : forall t, h t.+1 = A *m h t + b + e t.
Hypothesis cycle : h k = h 0%N.

Definition energy u := sq u - dot u (A *m u) - 2%:R * dot b u.

Lemma energy_step x d f : A *m x = x + d - b - f ->
  4%:R * sq f - sq d - 2%:R * (energy (x + d) - energy x) =
  sq (d - f - f) + 2%:R * dot d (A *m d).
Proof.
move=> Ax.
have dAx : dot d (A *m x) = dot d x + dot d d - dot d b - dot d f.
  by rewrite Ax !dotDr !dotNr.
have xAd : dot x (A *m d) = dot d (A *m x) by apply: symA.
rewrite /energy /sq mulmxDr !(dotDl, dotDr, dotNl, dotNr) xAd dAx.
rewrite (dotC x d) (dotC b d) (dotC f d).
by ring.
Qed.

Lemma energy_falls t :
  2%:R * (energy (h t.+1) - energy (h t)) <= 4%:R * sq (e t) - sq (h t.+1 - h t).
Proof.
have back : h t + (h t.+1 - h t) = h t.+1 by rewrite addrCA subrr addr0.
have Ah : A *m h t = h t + (h t.+1 - h t) - b - e t.
  by rewrite back step -addrA -opprD -[A *m _ + b + e t]addrA addrK.
have := energy_step Ah; rewrite back => eq.
by rewrite -subr_ge0 eq addr_ge0 ?sq_ge0 // mulr_ge0 ?ler0n.
Qed.

Theorem weighted_steps_bounded :
  \sum_(t < k) sq (h t.+1 - h t) <= 4%:R * \sum_(t < k) sq (e t).
Proof.
have tele m : \sum_(t < m) (energy (h t.+1) - energy (h t)) = energy (h m) - energy (h 0%N).
  by elim: m => [|m IH]; rewrite ?big_ord0 ?subrr // big_ord_recr /= IH addrC addrA subrK.
rewrite mulr_sumr -subr_ge0 -sumrB.
have le0 : \sum_(t < k) 2%:R * (energy (h t.+1) - energy (h t)) <=
    \sum_(t < k) (4%:R * sq (e t) - sq (h t.+1 - h t)).
  by apply: ler_sum => t _; apply: energy_falls.
by move: le0; rewrite -mulr_sumr tele cycle subrr mulr0.
Qed.

(** If every error is at most E in length, some step of the cycle is at most 2 E. *)
Corollary weighted_some_step_is_small E : (0 < k)%N -> (forall t, sq (e t) <= E ^+ 2) ->
  exists t, (t < k)%N /\ sq (h t.+1 - h t) <= (2%:R * E) ^+ 2.
Proof.
move=> k0 eE; have [/hasP [t _ small]|/hasPn big] :=
  boolP (has (fun t : 'I_k => sq (h t.+1 - h t) <= (2%:R * E) ^+ 2) (enum 'I_k)).
  by exists t.
have {}big (t : 'I_k) : (2%:R * E) ^+ 2 < sq (h t.+1 - h t) by rewrite ltNge; apply: big; rewrite mem_enum.
have lt : \sum_(t < k) (2%:R * E) ^+ 2 < \sum_(t < k) sq (h t.+1 - h t).
  rewrite (bigD1 (Ordinal k0)) // [X in _ < X](bigD1 (Ordinal k0)) //=.
  by apply: ltr_le_add; [exact: (big (Ordinal k0)) | apply: ler_sum => t _; apply/ltW/big].
have le : 4%:R * (\sum_(t < k) sq (e t)) <= \sum_(t < k) (2%:R * E) ^+ 2.
  rewrite mulr_sumr; apply: ler_sum => t _.
  have -> : (2%:R * E) ^+ 2 = 4%:R * E ^+ 2 by ring.
  by rewrite ler_pmul2l ?ltr0n.
by have := lt_le_trans lt (le_trans weighted_steps_bounded le); rewrite ltxx.
Qed.
End Cycle.

(** Diag(w) A symmetric positive semidefinite, as SymRound.v wants it. *)
Section Instances.
Variables (R : realFieldType) (n : nat).
Implicit Types (A : 'M[R]_n) (u v : 'cV[R]_n) (w : 'I_n -> R).

Lemma dot_form w A u v : dot w u (A *m v) = SymRound.bf (SymRound.weights w *m A) u v.
Proof. by rewrite /SymRound.bf -!mulmxA -/(SymRound.dot _ _) SymRound.weightsE. Qed.
Lemma form_sym w A : SymRound.sym_psd (SymRound.weights w *m A) ->
  forall u v, dot w u (A *m v) = dot w v (A *m u).
Proof. by move=> sp u v; rewrite !dot_form; apply: SymRound.bfC. Qed.
Lemma form_psd w A : SymRound.sym_psd (SymRound.weights w *m A) -> forall u, 0 <= dot w u (A *m u).
Proof. by move=> sp u; rewrite dot_form; apply: sp.2. Qed.

Definition ones : 'I_n -> R := fun _ => 1.
Lemma ones_weights : SymRound.weights ones = 1%:M.
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.

Variables (b : 'cV[R]_n) (k : nat) (h e : nat -> 'cV[R]_n).
Hypothesis cycle : h k = h 0%N.

(** Weights 1: symmetric layers. *)
Theorem steps_bounded A : A^T = A -> (forall u, 0 <= (u^T *m A *m u) 0 0) ->
  (forall t, h t.+1 = A *m h t + b + e t) ->
  \sum_(t < k) sq ones (h t.+1 - h t) <= 4%:R * \sum_(t < k) sq ones (e t).
Proof.
move=> At Ap step; have sp : SymRound.sym_psd (SymRound.weights ones *m A).
  by rewrite ones_weights mul1mx.
exact: (weighted_steps_bounded (w := ones) (fun _ => @ler01 R) (form_sym sp) (form_psd sp) step cycle).
Qed.

Theorem some_step_is_small A E : A^T = A -> (forall u, 0 <= (u^T *m A *m u) 0 0) ->
  (forall t, h t.+1 = A *m h t + b + e t) -> (0 < k)%N ->
  (forall t, sq ones (e t) <= E ^+ 2) ->
  exists t, (t < k)%N /\ sq ones (h t.+1 - h t) <= (2%:R * E) ^+ 2.
Proof.
move=> At Ap step k0 small; have sp : SymRound.sym_psd (SymRound.weights ones *m A).
  by rewrite ones_weights mul1mx.
exact: (weighted_some_step_is_small (w := ones) (fun _ => @ler01 R) (form_sym sp) (form_psd sp) step cycle k0 small).
Qed.

(** Weights a: KDA, in whatever arithmetic, every operation rounded or not. *)
Theorem kda_steps_bounded beta (key : 'cV[R]_n) a : 0 <= beta ->
  beta * SymRound.dot key key <= 1 -> (forall i, 0 <= a i) ->
  (forall t, h t.+1 = KdaRound.delta beta key *m SymRound.weights a *m h t + b + e t) ->
  \sum_(t < k) sq a (h t.+1 - h t) <= 4%:R * \sum_(t < k) sq a (e t).
Proof.
move=> b0 bk a0 step.
have [_ sp _] := KdaRound.gates_first_weighted_by a0 (KdaRound.delta_sym_psd b0 bk).
exact: (weighted_steps_bounded a0 (form_sym sp) (form_psd sp) step cycle).
Qed.
End Instances.

(** A = -1 without any error alternates between 1 and -1. *)
Lemma indefinite_step (R : realFieldType) :
  let h t : 'cV[R]_1 := ((-1) ^+ t)%:M in
  (forall t, h t.+1 = (-1)%:M *m h t + 0 + 0) /\ sq (@ones R 1) (h 1%N - h 0%N) = 4%:R.
Proof.
split=> [t|]; first by rewrite !addr0 exprS -scalar_mxM.
rewrite /sq /dot /ones big_ord1 !mxE eqxx expr1 expr0 !mulr1n.
by ring.
Qed.
