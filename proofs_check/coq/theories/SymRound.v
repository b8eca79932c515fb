(** SymRound.v -- rounding inside the recurrence: symmetric positive semidefinite layers,
    and layers that weights make symmetric positive semidefinite.

    Statement ([weighted_cycle_is_fixed]): let W be diagonal and non-negative, W A symmetric
    positive semidefinite with no larger kernel than A, and one monotone rounding of finite
    range per coordinate.  Then h' = rnd(A h + b) has no cycles but fixed points.  With
    W = 1 ([sym_cycle_is_fixed]) this is DeltaNet with beta in [0,1] and one rounding per
    step, gated or not; with the gates as weights it is KDA (KdaRound.v).
    Proof.  On a cycle, sum_t (A x_t + b).W (x_{t+1} - x_t) is >= 0, because rounding is
    cyclically monotone coordinate by coordinate and weights change no sign, and equals
    -1/2 sum_t (dx_t)^T W A (dx_t) <= 0; hence W A dx_t = 0, and A dx_t = 0.
    Source: our own; the energy is that of Hopfield networks with parallel updates
    (E. Goles-Chacc, F. Fogelman-Soulie, D. Pellegrin, 1985). *)
From mathcomp Require Import all_ssreflect all_algebra ring.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section CycMono.
Variables (R : realFieldType) (k : nat).
Hypothesis k0 : (0 < k)%N.
Variable y : nat -> R.
Hypothesis yp : forall t, y (t + k)%N = y t.

Lemma per_mod t : y t = y (t %% k)%N.
Proof.
rewrite {1}(divn_eq t k); elim: (t %/ k)%N => [|q IH]; first by rewrite mul0n.
by rewrite mulSn [(k + _)%N]addnC -addnA [(k + _)%N]addnC addnA yp.
Qed.

Lemma tele (f : nat -> R) : f k = f 0%N -> \sum_(t < k) (f t.+1 - f t) = 0.
Proof.
move=> e; rewrite -(big_mkord xpredT (fun t => f t.+1 - f t)).
by rewrite telescope_sumr ?e ?subrr // leq0n.
Qed.

(** one threshold *)
Lemma cyc_bool (s : R -> bool) : (forall a b, a <= b -> s a -> s b) ->
  0 <= \sum_(t < k) y t.+1 * ((s (y t.+1))%:R - (s (y t))%:R).
Proof.
move=> mono.
have [th [hi lo]] : exists th, (forall t, s (y t) -> th <= y t) /\ (forall t, ~~ s (y t) -> y t <= th).
  case: (pickP (fun t : 'I_k => s (y t))) => [t0 st0|none].
    case: (@arg_minP _ _ _ t0 (fun t => s (y t)) (fun t : 'I_k => y t) st0) => m sm mn.
    exists (y m); split=> t.
      rewrite [y t]per_mod => st; exact: (mn (Ordinal (ltn_pmod t k0)) st).
    move=> nst; case: (leP (y t) (y m)) => // /ltW le.
    by case/negP: nst; apply: mono sm.
  case: (@arg_maxP _ _ _ (Ordinal k0) xpredT (fun t : 'I_k => y t) isT) => m _ mx.
  exists (y m); split=> t; rewrite [y t]per_mod => st.
    by have := none (Ordinal (ltn_pmod t k0)); rewrite /= st.
  exact: (mx (Ordinal (ltn_pmod t k0)) isT).
have -> : \sum_(t < k) y t.+1 * ((s (y t.+1))%:R - (s (y t))%:R) =
  \sum_(t < k) (y t.+1 - th) * ((s (y t.+1))%:R - (s (y t))%:R).
  apply/eqP; rewrite -subr_eq0 -sumrB; apply/eqP.
  transitivity (\sum_(t < k) th * ((s (y t.+1))%:R - (s (y t))%:R)).
    by apply: eq_bigr => t _; rewrite -mulrBl opprB addrC subrK.
  rewrite -mulr_sumr (@tele (fun t => (s (y t))%:R)) ?mulr0 //.
  by rewrite -[k]add0n yp.
apply: sumr_ge0 => t _; have := hi t.+1; have := lo t.+1.
case: (s (y t.+1)) => [_ /(_ isT) h|/(_ isT) h _].
  by apply: mulr_ge0; rewrite subr_ge0 // ler_nat leq_b1.
by apply: mulr_le0; rewrite subr_le0 // ler_nat.
Qed.

(** a monotone rounding with finitely many values, written as v (c y) *)
Variables (K : nat) (c : R -> nat) (v : nat -> R).
Hypothesis c_mono : forall a b, a <= b -> (c a <= c b)%N.
Hypothesis c_bnd : forall a, (c a <= K)%N.
Hypothesis v_mono : forall j, v j <= v j.+1.

Lemma layers a : v (c a) = v 0%N + \sum_(j < K) (v j.+1 - v j) * ((j < c a)%N)%:R.
Proof.
rewrite (bigID (fun j : 'I_K => (j < c a)%N)) /= [X in _ + (_ + X)]big1 => [|j /negbTE ->]; last by rewrite mulr0.
rewrite addr0; transitivity (v 0%N + \sum_(0 <= j < c a) (v j.+1 - v j)).
  by rewrite telescope_sumr // addrC subrK.
congr (_ + _); rewrite (big_nat_widen _ _ _ _ _ (c_bnd a)) big_mkord.
by apply: eq_bigr => j /= ->; rewrite mulr1.
Qed.

Lemma cyc_round : 0 <= \sum_(t < k) y t.+1 * (v (c (y t.+1)) - v (c (y t))).
Proof.
have -> : \sum_(t < k) y t.+1 * (v (c (y t.+1)) - v (c (y t))) =
  \sum_(j < K) (v j.+1 - v j) *
    \sum_(t < k) y t.+1 * (((j < c (y t.+1))%N)%:R - ((j < c (y t))%N)%:R).
  under [RHS]eq_bigr do rewrite mulr_sumr.
  rewrite exchange_big; apply: eq_bigr => t _ /=.
  rewrite !layers opprD addrACA subrr add0r -sumrB mulr_sumr.
  by apply: eq_bigr => j _; rewrite -mulrBr mulrCA.
apply: sumr_ge0 => j _; apply: mulr_ge0; first by rewrite subr_ge0.
apply: (@cyc_bool (fun a => (j < c a)%N)) => a b ab ja.
by apply: leq_trans ja (c_mono ab).
Qed.
End CycMono.

(** A parabola through 0 that stays above has a level tangent there. *)
Lemma quadratic_null (R : realFieldType) (p q : R) : 0 <= q ->
  (forall c, 0 <= 2%:R * c * p + c ^+ 2 * q) -> p = 0.
Proof.
move=> q0 key; have q1 : 0 < q + 1 by rewrite ltr_paddl ?ltr01.
set t := (q + 1)^-1; have t0 : 0 < t by rewrite invr_gt0.
have tq : t * q - 2%:R < 0.
  rewrite subr_lt0 mulrC ltr_pdivr_mulr // mulrDr mulr1 mulr_natl mulr2n.
  by rewrite -addrA ltr_addl ltr_paddl ?ltr0n.
have := key (- p * t).
have -> : 2%:R * (- p * t) * p + (- p * t) ^+ 2 * q = t * (t * q - 2%:R) * p ^+ 2 by ring.
rewrite nmulr_rge0; last by rewrite pmulr_rlt0.
by rewrite real_exprn_even_le0 ?num_real //= => /eqP.
Qed.

(** The forms u^T M v and u^T v. *)
Section Form.
Variables (R : realFieldType) (n : nat).
Implicit Types (M : 'M[R]_n) (u v : 'cV[R]_n).
Definition bf M u v : R := (u^T *m M *m v) 0 0.
Definition dot u v : R := (u^T *m v) 0 0.
Definition sym_psd M := M^T = M /\ forall u, 0 <= bf M u u.

Lemma bfBr M u v w : bf M u (v - w) = bf M u v - bf M u w.
Proof. by rewrite /bf mulmxBr !mxE. Qed.
Lemma bfDr M u v w : bf M u (v + w) = bf M u v + bf M u w.
Proof. by rewrite /bf mulmxDr mxE. Qed.
Lemma bfZr M u a w : bf M u (a *: w) = a * bf M u w.
Proof. by rewrite /bf -scalemxAr mxE. Qed.

Lemma bf_sym M : (forall u v, bf M u v = bf M v u) -> M^T = M.
Proof.
have entry i j : bf M (delta_mx i 0) (delta_mx j 0) = M i j.
  by rewrite /bf trmx_delta -rowE -colE !mxE.
by move=> s; apply/matrixP => i j; rewrite mxE -!entry s.
Qed.

Variable M : 'M[R]_n.
Hypothesis sp : sym_psd M.

Lemma bfC u v : bf M u v = bf M v u.
Proof. by rewrite /bf -[v^T *m M *m u]trmxK [RHS]mxE !trmx_mul trmxK sp.1 mulmxA. Qed.

Lemma bf_null u : bf M u u = 0 -> M *m u = 0.
Proof.
move=> u0; have orth w : bf M w u = 0.
  apply: (quadratic_null (sp.2 w)) => c.
  have := sp.2 (u + c *: w); rewrite bfDr bfZr.
  rewrite [bf M _ u]bfC [bf M _ w]bfC !bfDr !bfZr u0 [bf M u w]bfC.
  by congr (0 <= _); ring.
apply/matrixP => i j; rewrite !ord1 mxE.
have := orth (delta_mx i 0); rewrite /bf -mulmxA; rewrite mxE (bigD1 i) //= big1 => [|l li].
  by rewrite !mxE !eqxx mul1r addr0.
by rewrite !mxE (negbTE li) mul0r.
Qed.
End Form.

Section Weighted.
Variables (R : realFieldType) (n : nat).

(** What one rounding per coordinate does to a vector. *)
Definition rndv (c : 'I_n -> R -> nat) (v : 'I_n -> nat -> R) (z : 'cV[R]_n) : 'cV[R]_n :=
  \col_i v i (c i (z i 0)).

Definition weights (w : 'I_n -> R) : 'M[R]_n := diag_mx (\row_i w i).
Lemma weightsE w (u v : 'cV[R]_n) : dot u (weights w *m v) = \sum_i w i * (u i 0 * v i 0).
Proof.
rewrite /dot mxE; apply: eq_bigr => i _.
by rewrite mul_diag_mx !mxE mulrCA.
Qed.

(** A is symmetric positive semidefinite for the form with the weights w. *)
Definition weighted_psd_by (A : 'M[R]_n) (w : 'I_n -> R) :=
  [/\ forall i, 0 <= w i, sym_psd (weights w *m A) &
      forall u : 'cV[R]_n, weights w *m A *m u = 0 -> A *m u = 0].

Variables (A : 'M[R]_n) (b : 'cV[R]_n) (w : 'I_n -> R).
Hypothesis Aw : weighted_psd_by A w.
Variables (k K : nat) (c : 'I_n -> R -> nat) (v : 'I_n -> nat -> R).
Hypothesis k0 : (0 < k)%N.
Hypothesis c_mono : forall i a a', a <= a' -> (c i a <= c i a')%N.
Hypothesis c_bnd : forall i a, (c i a <= K)%N.
Hypothesis v_mono : forall i j, v i j <= v i j.+1.
Variable x : nat -> 'cV[R]_n.
Hypothesis xS : forall t, x t.+1 = rndv c v (A *m x t + b).
Hypothesis xp : forall t, x (t + k)%N = x t.

Theorem weighted_cycle_is_fixed t : x t.+1 = x t.
Proof.
have [w0 sp null] := Aw; set W := weights w in sp null; set M := W *m A in sp null.
pose y t := A *m x t + b; pose D t := x t.+2 - x t.+1.
have yp t' : y (t' + k)%N = y t' by rewrite /y xp.
have Dp t' : D (t' + k)%N = D t' by rewrite /D -!addSn !xp.
have xE s i : x s.+1 i 0 = v i (c i (y s i 0)) by rewrite xS mxE.
have DE s i : D s i 0 = v i (c i (y s.+1 i 0)) - v i (c i (y s i 0)).
  by rewrite -!xE /D mxE; congr (_ + _); rewrite mxE.
have S0 : 0 <= \sum_(t < k) dot (y t.+1) (W *m D t).
  have -> : \sum_(t < k) dot (y t.+1) (W *m D t) =
    \sum_i w i * (\sum_(t < k) y t.+1 i 0 * (v i (c i (y t.+1 i 0)) - v i (c i (y t i 0)))).
    have ws (s : 'I_k) : dot (y s.+1) (W *m D s) = \sum_i w i * (y s.+1 i 0 * D s i 0).
      exact: weightsE.
    rewrite (eq_bigr _ (fun s _ => ws s)) exchange_big; apply: eq_bigr => i _.
    by rewrite -mulr_sumr; congr (_ * _); apply: eq_bigr => s _; rewrite DE.
  apply: sumr_ge0 => i _; apply: mulr_ge0; first exact: w0.
  apply: (@cyc_round R k k0 (fun t => y t i 0) _ K (c i) (v i) (c_mono i) (c_bnd i) (v_mono i)) => s.
  by rewrite yp.
have two s : 2%:R * dot (y s.+1) (W *m D s) =
   (bf M (x s.+2) (x s.+2) + 2%:R * dot b (W *m x s.+2)) -
   (bf M (x s.+1) (x s.+1) + 2%:R * dot b (W *m x s.+1)) - bf M (D s) (D s).
  have -> : dot (y s.+1) (W *m D s) =
      bf M (x s.+1) (D s) + (dot b (W *m x s.+2) - dot b (W *m x s.+1)).
    have Wt : W^T = W by rewrite /W /weights tr_diag_mx.
    have AW : A^T *m W = M by rewrite -{1}Wt -trmx_mul sp.1.
    rewrite /dot /y [(_ + _)^T]linearD /= trmx_mul mulmxDl mxE; congr (_ + _).
      by rewrite /bf -AW !mulmxA.
    by rewrite /D !mulmxBr !mxE.
  rewrite /D !bfBr ![bf M (_ - _) _](bfC sp) !bfBr [bf M (x s.+1) (x s.+2)](bfC sp); ring.
have sumD : \sum_(t < k) bf M (D t) (D t) = 0.
  apply/eqP; rewrite eq_le; apply/andP; split; last by apply: sumr_ge0 => s _; apply: sp.2.
  have : 0 <= 2%:R * \sum_(t < k) dot (y t.+1) (W *m D t).
    by apply: mulr_ge0; rewrite ?ler0n //; exact: S0.
  rewrite mulr_sumr; under eq_bigr do rewrite two.
  rewrite big_split /= (@tele R k (fun t => bf M (x t.+1) (x t.+1) + 2%:R * dot b (W *m x t.+1))).
    by rewrite add0r sumrN oppr_ge0.
  by rewrite -[k.+1]add1n xp.
have AD s : A *m D s = 0.
  apply: null; apply: (bf_null sp).
  have -> : D s = D (s %% k)%N.
    rewrite {1}(divn_eq s k); elim: (s %/ k)%N => [|q IH]; first by rewrite mul0n.
    by rewrite mulSn [(k + _)%N]addnC -addnA [(k + _)%N]addnC addnA Dp.
  have := psumr_eq0P (fun (i : 'I_k) _ => sp.2 (D i)) sumD.
  by move=> /(_ (Ordinal (ltn_pmod s k0)) isT).
have fix2 s : x s.+3 = x s.+2.
  rewrite [LHS]xS [RHS]xS; congr (rndv c v (_ + b)); apply/eqP; rewrite -subr_eq0 -mulmxBr; apply/eqP; exact: AD.
have -> : x t = x (t + k + k)%N by rewrite !xp.
have -> : x t.+1 = x (t + k + k).+1 by rewrite -!addSn !xp.
case: k k0 => // k' _; rewrite !addnS addSn; exact: fix2.
Qed.
End Weighted.

Definition weighted_psd (R : realFieldType) n (A : 'M[R]_n) := exists w, weighted_psd_by A w.

Lemma sym_psd_weighted (R : realFieldType) n (A : 'M[R]_n) : sym_psd A -> weighted_psd A.
Proof.
move=> sp; exists (fun _ => 1); rewrite /weighted_psd_by.
have -> : weights (fun _ : 'I_n => 1 : R) = 1%:M.
  by apply/matrixP => i j; rewrite !mxE.
by split=> [i||u]; rewrite ?ler01 ?mul1mx.
Qed.

(** The weights all 1. *)
Corollary sym_cycle_is_fixed (R : realFieldType) n (A : 'M[R]_n) (b : 'cV[R]_n) k K
    (c : 'I_n -> R -> nat) (v : 'I_n -> nat -> R) (x : nat -> 'cV[R]_n) :
  A^T = A -> (forall u : 'cV[R]_n, 0 <= (u^T *m A *m u) 0 0) -> (0 < k)%N ->
  (forall i a a', a <= a' -> (c i a <= c i a')%N) -> (forall i a, (c i a <= K)%N) ->
  (forall i j, v i j <= v i j.+1) ->
  (forall t, x t.+1 = rndv c v (A *m x t + b)) -> (forall t, x (t + k)%N = x t) ->
  forall t, x t.+1 = x t.
Proof.
move=> symA psdA k0 cm cb vm xS xp.
have [w Aw] := sym_psd_weighted (conj symA psdA).
exact: (weighted_cycle_is_fixed Aw k0 cm cb vm xS xp).
Qed.
