(** RoundingCycles.v -- how far from rest rounding can keep a symmetric layer.

    Statement ([steps_bounded]): let h (t+1) = A h(t) + b + e(t) with A symmetric positive
    semidefinite, and let the states form a cycle.  Then the sum over the cycle of
    |h(t+1) - h(t)|^2 is at most 4 times the sum of |e(t)|^2.  The e(t) are whatever an
    arithmetic makes of the exact step: nothing is assumed about how it rounds.  So a
    decoder that gives successive states different answers, as parity demands, has to
    see a difference of at most twice the rounding error ([some_step_is_small]).
    Proof.  F(h) = h.h - h.A h - 2 b.h changes by 2 d.e - d.d - d.A d, d = h(t+1) - h(t);
    twice that is at most 4 e.e - d.d, and the changes add to 0.
    The possibility beside it: for A = -1 the bound fails, [indefinite_step].
    Source: our own; FRONTIER.md has cycles that exist. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Cycle.
Variables (R : realFieldType) (n : nat).
Implicit Types u v : 'cV[R]_n.

Definition dot u v : R := (u^T *m v) 0 0.
Definition sq u : R := dot u u.

Lemma dotC u v : dot u v = dot v u.
Proof. by rewrite /dot !mxE; apply: eq_bigr => i _; rewrite !mxE mulrC. Qed.
Lemma dotDl u v w : dot (u + v) w = dot u w + dot v w.
Proof. by rewrite /dot linearD mulmxDl mxE. Qed.
Lemma dotNl u w : dot (- u) w = - dot u w.
Proof. by rewrite /dot linearN mulNmx mxE. Qed.
Lemma dotDr u v w : dot w (u + v) = dot w u + dot w v.
Proof. by rewrite dotC dotDl !(dotC _ w). Qed.
Lemma dotNr u w : dot w (- u) = - dot w u.
Proof. by rewrite dotC dotNl dotC. Qed.
Lemma sq_ge0 u : 0 <= sq u.
Proof. by rewrite /sq /dot mxE sumr_ge0 // => i _; rewrite mxE -expr2 sqr_ge0. Qed.

Variables (A : 'M[R]_n) (b : 'cV[R]_n) (k : nat) (h e : nat -> 'cV[R]_n).
Hypothesis symA : A^T = A.
Hypothesis psdA : forall u, 0 <= dot u (A *m u).
Hypothesis step : forall t, h t.+1 = A *m h t + b + e t.
Hypothesis cycle : h k = h 0%N.

Lemma dot_sym u v : dot u (A *m v) = dot v (A *m u).
Proof. by rewrite dotC /dot trmx_mul symA mulmxA. Qed.

Definition energy u := sq u - dot u (A *m u) - 2%:R * dot b u.

Lemma energy_step x d f : A *m x = x + d - b - f ->
  4%:R * sq f - sq d - 2%:R * (energy (x + d) - energy x) =
  sq (d - f - f) + 2%:R * dot d (A *m d).
Proof.
move=> Ax.
have dAx : dot d (A *m x) = dot d x + dot d d - dot d b - dot d f.
  by rewrite Ax !dotDr !dotNr.
have xAd : dot x (A *m d) = dot d (A *m x) by apply: dot_sym.
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

Theorem steps_bounded :
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
Corollary some_step_is_small E : (0 < k)%N -> (forall t, sq (e t) <= E ^+ 2) ->
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
by have := lt_le_trans lt (le_trans steps_bounded le); rewrite ltxx.
Qed.
End Cycle.

(** A = -1 without any error alternates between 1 and -1. *)
Lemma indefinite_step (R : realFieldType) :
  let h t : 'cV[R]_1 := ((-1) ^+ t)%:M in
  (forall t, h t.+1 = (-1)%:M *m h t + 0 + 0) /\ sq (h 1%N - h 0%N) = 4%:R.
Proof.
split=> [t|]; first by rewrite !addr0 exprS -scalar_mxM.
rewrite /sq /dot expr1 expr0 -raddfB tr_scalar_mx -scalar_mxM mxE eqxx mulr1n.
by ring.
Qed.

Print Assumptions some_step_is_small.
Print Assumptions indefinite_step.
