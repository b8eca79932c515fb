(** SymRound.v -- rounding inside the recurrence, symmetric positive semidefinite case.

    Statement ([sym_cycle_is_fixed]): h' = rnd(A h + b) with A symmetric PSD and one
    monotone rounding of finite range per coordinate has no cycles but fixed points.
    On a cycle, sum_t (A x_t + b).(x_{t+1} - x_t) is >= 0, because rounding is cyclically
    monotone coordinate by coordinate, and equals -1/2 sum_t (dx_t)^T A (dx_t) <= 0;
    hence A dx_t = 0.  Covers DeltaNet with beta in [0,1] and one rounding per step.
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

Section Sym.
Variables (R : realFieldType) (n : nat) (A : 'M[R]_n) (b : 'cV[R]_n).
Hypothesis symA : A^T = A.
Hypothesis psdA : forall u : 'cV[R]_n, 0 <= (u^T *m A *m u) 0 0.
Definition bf (u v : 'cV[R]_n) : R := (u^T *m A *m v) 0 0.
Definition dot (u v : 'cV[R]_n) : R := (u^T *m v) 0 0.

Lemma bfC u v : bf u v = bf v u.
Proof. by rewrite /bf -[v^T *m A *m u]trmxK [RHS]mxE !trmx_mul trmxK symA mulmxA. Qed.
Lemma bfBr u v w : bf u (v - w) = bf u v - bf u w.
Proof. by rewrite /bf mulmxBr !mxE. Qed.
Lemma bfDr u v w : bf u (v + w) = bf u v + bf u w.
Proof. by rewrite /bf mulmxDr mxE. Qed.
Lemma bfZr u a w : bf u (a *: w) = a * bf u w.
Proof. by rewrite /bf -scalemxAr mxE. Qed.

Lemma bf_null u : bf u u = 0 -> A *m u = 0.
Proof.
move=> u0; have orth w : bf w u = 0.
  set p := bf w u; set q := bf w w; have q0 : 0 <= q by apply: psdA.
  have q1 : 0 < q + 1 by rewrite ltr_paddl ?ltr01.
  have key c : 0 <= 2%:R * c * p + c ^+ 2 * q.
    have := psdA (u + c *: w); rewrite -/(bf _ _) bfDr bfZr.
    rewrite [bf _ u]bfC [bf _ w]bfC !bfDr !bfZr u0 [bf u w]bfC -/p -/q.
    by congr (0 <= _); ring.
  set t := (q + 1)^-1; have t0 : 0 < t by rewrite invr_gt0.
  have tq : t * q - 2%:R < 0.
    rewrite subr_lt0 mulrC ltr_pdivr_mulr // mulrDr mulr1 mulr_natl mulr2n.
    by rewrite -addrA ltr_addl ltr_paddl ?ltr0n.
  have := key (- p * t).
  have -> : 2%:R * (- p * t) * p + (- p * t) ^+ 2 * q = t * (t * q - 2%:R) * p ^+ 2 by ring.
  rewrite nmulr_rge0; last by rewrite pmulr_rlt0.
  by rewrite real_exprn_even_le0 ?num_real //= => /eqP.
apply/matrixP => i j; rewrite !ord1 mxE.
have := orth (delta_mx i 0); rewrite /bf -mulmxA; rewrite mxE (bigD1 i) //= big1 => [|l li].
  by rewrite !mxE !eqxx mul1r addr0.
by rewrite !mxE (negbTE li) mul0r.
Qed.

Variables (k K : nat) (c : 'I_n -> R -> nat) (v : 'I_n -> nat -> R).
Hypothesis k0 : (0 < k)%N.
Hypothesis c_mono : forall i a a', a <= a' -> (c i a <= c i a')%N.
Hypothesis c_bnd : forall i a, (c i a <= K)%N.
Hypothesis v_mono : forall i j, v i j <= v i j.+1.
Definition rndv (z : 'cV[R]_n) : 'cV[R]_n := \col_i v i (c i (z i 0)).
Variable x : nat -> 'cV[R]_n.
Hypothesis xS : forall t, x t.+1 = rndv (A *m x t + b).
Hypothesis xp : forall t, x (t + k)%N = x t.

Theorem sym_cycle_is_fixed t : x t.+1 = x t.
Proof.
pose y t := A *m x t + b; pose D t := x t.+2 - x t.+1.
have yp t' : y (t' + k)%N = y t' by rewrite /y xp.
have Dp t' : D (t' + k)%N = D t' by rewrite /D -!addSn !xp.
have xE s i : x s.+1 i 0 = v i (c i (y s i 0)) by rewrite xS mxE.
have DE s i : D s i 0 = v i (c i (y s.+1 i 0)) - v i (c i (y s i 0)).
  by rewrite -!xE /D mxE; congr (_ + _); rewrite mxE.
have S0 : 0 <= \sum_(t < k) dot (y t.+1) (D t).
  have -> : \sum_(t < k) dot (y t.+1) (D t) =
    \sum_i \sum_(t < k) y t.+1 i 0 * (v i (c i (y t.+1 i 0)) - v i (c i (y t i 0))).
    rewrite exchange_big; apply: eq_bigr => s _; rewrite /dot mxE; apply: eq_bigr => i _.
    by rewrite DE; congr (_ * _); rewrite mxE.
  apply: sumr_ge0 => i _.
  apply: (@cyc_round R k k0 (fun t => y t i 0) _ K (c i) (v i) (c_mono i) (c_bnd i) (v_mono i)) => s.
  by rewrite yp.
have two s : 2%:R * dot (y s.+1) (D s) =
   (bf (x s.+2) (x s.+2) + 2%:R * dot b (x s.+2)) -
   (bf (x s.+1) (x s.+1) + 2%:R * dot b (x s.+1)) - bf (D s) (D s).
  have -> : dot (y s.+1) (D s) = bf (x s.+1) (D s) + (dot b (x s.+2) - dot b (x s.+1)).
    have yT : (y s.+1)^T = (x s.+1)^T *m A + b^T by rewrite /y [(_ + _)^T]linearD /= trmx_mul symA.
    rewrite /dot yT mulmxDl mxE /bf; congr (_ + _); by rewrite /D mulmxBr !mxE.
  rewrite /D !bfBr ![bf (_ - _) _]bfC !bfBr [bf (x s.+1) (x s.+2)]bfC; ring.
have sumD : \sum_(t < k) bf (D t) (D t) = 0.
  apply/eqP; rewrite eq_le; apply/andP; split; last by apply: sumr_ge0 => s _; apply: psdA.
  have : 0 <= 2%:R * \sum_(t < k) dot (y t.+1) (D t) by apply: mulr_ge0; rewrite ?ler0n //; exact: S0.
  rewrite mulr_sumr; under eq_bigr do rewrite two.
  rewrite big_split /= (@tele R k (fun t => bf (x t.+1) (x t.+1) + 2%:R * dot b (x t.+1))).
    by rewrite add0r sumrN oppr_ge0.
  by rewrite -[k.+1]add1n xp.
have AD s : A *m D s = 0.
  apply: bf_null.
  have -> : D s = D (s %% k)%N.
    rewrite {1}(divn_eq s k); elim: (s %/ k)%N => [|q IH]; first by rewrite mul0n.
    by rewrite mulSn [(k + _)%N]addnC -addnA [(k + _)%N]addnC addnA Dp.
  have := psumr_eq0P (fun (i : 'I_k) _ => psdA (D i)) sumD.
  by move=> /(_ (Ordinal (ltn_pmod s k0)) isT).
have fix2 s : x s.+3 = x s.+2.
  rewrite [LHS]xS [RHS]xS; congr (rndv (_ + b)); apply/eqP; rewrite -subr_eq0 -mulmxBr; apply/eqP; exact: AD.
have -> : x t = x (t + k + k)%N by rewrite !xp.
have -> : x t.+1 = x (t + k + k).+1 by rewrite -!addSn !xp.
case: k k0 => // k' _; rewrite !addnS addSn; exact: fix2.
Qed.
End Sym.
