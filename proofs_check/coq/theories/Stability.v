(** Stability.v -- the states of a recurrence h <- A(x) h + B(x) stay bounded on every word, or
    not, by a quadratic form.

    Statements.  Let P be positive definite, |h|^2 = h^T P h.
    - [word_contracts], [power_contracts]: if no letter expands the norm, |A(x) h| <= q(x) |h|, a
      word contracts it by the product of its q; so powers of one matrix stay bounded if q = 1, and
      vanish like q^k if q < 1.
    - [eigenvalue_inside]: then |lambda| <= q for every eigenvalue, real or not.
    - [ball_kept]: if |h_0 - c| <= R and |A(x) c + B(x) - c| <= (1 - q(x)) R, then |h - c| <= R
      after every word.  [entry_kept]: so every entry of the state stays near that of c.
    - [growth_unbounded], [drift_unbounded]: a form that gains a factor r > 1 in each step, or whose
      gain does not fall, makes the powers of A unbounded, over an archimedean field.
    These are what a certificate of the claims `bounded` and `unbounded` shows (FORMAT.md 4.9, 4.10).
    The twins at the boundary: a Jordan block of the eigenvalue 1 has no such P ([jordan_no_form])
    and drifts ([jordan_drifts]); a quarter of a turn has one ([turn_form]).
    Proof of [ball_kept].  |u + v|^2 <= |u|^2 / q + |v|^2 / (1 - q) by convexity, without any root.
    Source: Lyapunov, Stein. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Form.
Variables (R : realFieldType) (n : nat).
Implicit Types (P A : 'M[R]_n) (u v : 'cV[R]_n).

Definition bf P u v : R := (u^T *m P *m v) 0 0.
Definition form P u : R := bf P u u.
Definition square u : R := \sum_i u i 0 ^+ 2.

Lemma bfDl P u v x : bf P (u + v) x = bf P u x + bf P v x.
Proof. by rewrite /bf raddfD /= !mulmxDl mxE. Qed.
Lemma bfDr P u v x : bf P x (u + v) = bf P x u + bf P x v.
Proof. by rewrite /bf mulmxDr mxE. Qed.
Lemma bfZl P a u x : bf P (a *: u) x = a * bf P u x.
Proof. by rewrite /bf linearZ /= -!scalemxAl mxE. Qed.
Lemma bfZr P a u x : bf P x (a *: u) = a * bf P x u.
Proof. by rewrite /bf -scalemxAr mxE. Qed.
Lemma bfD P a b u v : form P (a *: u + b *: v) =
  a ^+ 2 * form P u + a * b * (bf P u v + bf P v u) + b ^+ 2 * form P v.
Proof. by rewrite /form !(bfDl, bfDr, bfZl, bfZr); ring. Qed.
Lemma form0 P : form P 0 = 0.
Proof. by rewrite /form /bf mulmx0 mxE. Qed.
Lemma formZ P a u : form P (a *: u) = a ^+ 2 * form P u.
Proof. by rewrite /form bfZl bfZr; ring. Qed.

(** The certificate's c: form P u >= c |u|^2. *)
Definition above P c := forall u, c * square u <= form P u.
Definition definite P := forall u, u != 0 -> 0 < form P u.

Lemma square_ge0 u : 0 <= square u.
Proof. by apply: sumr_ge0 => i _; apply: sqr_ge0. Qed.
Lemma entry_le_square u i : u i 0 ^+ 2 <= square u.
Proof.
by rewrite /square (bigD1 i) //= -subr_ge0 addrC addKr sumr_ge0 // => j _; apply: sqr_ge0.
Qed.
Lemma square_gt0 u : u != 0 -> 0 < square u.
Proof.
move=> u0; have [i ui] : exists i, u i 0 != 0.
  apply/existsP; apply: contraNT u0 => /existsPn z; apply/eqP/matrixP => i j.
  by rewrite (ord1 j) mxE; apply/eqP; move: (z i); rewrite negbK.
by apply: lt_le_trans (entry_le_square u i); rewrite exprn_even_gt0.
Qed.
Lemma above_definite P c : 0 < c -> above P c -> definite P.
Proof. by move=> c0 Pc u u0; apply: lt_le_trans (Pc u); rewrite mulr_gt0 ?square_gt0. Qed.
Lemma form_ge0 P u : definite P -> 0 <= form P u.
Proof. by move=> dP; have [->|u0] := eqVneq u 0; rewrite ?form0 // ltW ?dP. Qed.
Lemma form_le0 P u : definite P -> form P u <= 0 -> u = 0.
Proof. by move=> dP fu; apply/eqP; apply: contraTT fu => u0; rewrite -ltNge dP. Qed.

(** What a step may make of the norm. *)
Definition contracts P A q := forall u, form P (A *m u) <= q ^+ 2 * form P u.

Lemma convex P q u v :
  q * (1 - q) * form P (u + v) + form P ((1 - q) *: u - q *: v) =
  (1 - q) * form P u + q * form P v.
Proof.
have -> : u + v = 1 *: u + 1 *: v by rewrite !scale1r.
by rewrite -scaleNr !bfD; ring.
Qed.

Lemma sum_within P q r u v : definite P -> 0 <= q <= 1 ->
  form P u <= q ^+ 2 * r -> form P v <= (1 - q) ^+ 2 * r -> form P (u + v) <= r.
Proof.
move=> dP /andP [q0 q1] fu fv.
have [qz|qp] := eqVneq q 0.
  move: fu fv; rewrite qz expr0n /= mul0r subr0 expr1n mul1r => fu fv.
  by rewrite (form_le0 dP fu) add0r.
have [qo|qn] := eqVneq q 1.
  move: fu fv; rewrite qo subrr expr0n /= mul0r expr1n mul1r => fu fv.
  by rewrite (form_le0 dP fv) addr0.
have c0 : 0 < q * (1 - q).
  by rewrite mulr_gt0 ?lt0r ?qp // subr_eq0 eq_sym qn subr_ge0.
rewrite -(ler_pmul2l c0).
have le : (1 - q) * form P u + q * form P v <= q * (1 - q) * r.
  have -> : q * (1 - q) * r = (1 - q) * (q ^+ 2 * r) + q * ((1 - q) ^+ 2 * r) by ring.
  by apply: ler_add; apply: ler_wpmul2l; rewrite // subr_ge0.
by apply: le_trans le; rewrite -convex ler_addl form_ge0.
Qed.

(** Words of letters x, the first one first. *)
Section Words.
Variables (X : Type) (A : X -> 'M[R]_n) (B : X -> 'cV[R]_n) (q : X -> R).
Definition run (h : 'cV[R]_n) (w : seq X) := foldl (fun h x => A x *m h + B x) h w.
Definition linear_run (h : 'cV[R]_n) (w : seq X) := foldl (fun h x => A x *m h) h w.

Variable P : 'M[R]_n.
Hypothesis contract : forall x, contracts P (A x) (q x).

Theorem word_contracts w h :
  form P (linear_run h w) <= \prod_(x <- w) q x ^+ 2 * form P h.
Proof.
elim: w h => [|x w IH] h /=; first by rewrite big_nil mul1r.
apply: le_trans (IH _) _; rewrite big_cons [q x ^+ 2 * _]mulrC -[X in _ <= X]mulrA.
by apply: ler_wpmul2l; [apply: prodr_ge0 => y _; apply: sqr_ge0 | apply: contract].
Qed.

Hypothesis dP : definite P.
Hypothesis q01 : forall x, 0 <= q x <= 1.
Variables (c : 'cV[R]_n) (r : R).
Hypothesis moved : forall x, form P (A x *m c + B x - c) <= (1 - q x) ^+ 2 * r.

Theorem ball_kept w h : form P (h - c) <= r -> form P (run h w - c) <= r.
Proof.
elim: w h => [|x w IH] h //= start; apply: IH.
have -> : A x *m h + B x - c = A x *m (h - c) + (A x *m c + B x - c).
  by rewrite mulmxBr !addrA subrK.
apply: (sum_within dP (q01 x)) (moved x).
by apply: le_trans (contract x _) _; apply: ler_wpmul2l start; apply: sqr_ge0.
Qed.

Corollary entry_kept l w h i : above P l -> 0 < l -> form P (h - c) <= r ->
  (run h w i 0 - c i 0) ^+ 2 <= r / l.
Proof.
move=> Pl l0 start; rewrite ler_pdivl_mulr // mulrC.
have -> : run h w i 0 - c i 0 = (run h w - c) i 0 by rewrite !mxE.
apply: le_trans (ball_kept w start); apply: le_trans (Pl _).
by rewrite ler_pmul2l // entry_le_square.
Qed.
End Words.

(** One matrix: iter k (mulmx A) u is A^k u. *)
Lemma power_contracts P A q k u : contracts P A q ->
  form P (iter k (mulmx A) u) <= q ^+ 2 ^+ k * form P u.
Proof.
move=> con; elim: k => [|k IH]; first by rewrite expr0 mul1r.
rewrite iterS exprS -mulrA; apply: le_trans (con _) _.
by apply: ler_wpmul2l IH; apply: sqr_ge0.
Qed.

(** u + i v is an eigenvector of a + i b; v = 0 and b = 0 for a real one. *)
Theorem eigenvalue_inside P A q a b u v : definite P -> contracts P A q ->
  A *m u = a *: u - b *: v -> A *m v = b *: u + a *: v -> (u != 0) || (v != 0) ->
  a ^+ 2 + b ^+ 2 <= q ^+ 2.
Proof.
move=> dP con Au Av nz.
have pos : 0 < form P u + form P v.
  have [u0|u0] := eqVneq u 0; last by rewrite ltr_paddr ?form_ge0 ?dP.
  by move: nz; rewrite u0 eqxx /= => v0; rewrite ltr_paddl ?form_ge0 ?dP.
rewrite -(ler_pmul2r pos) [X in _ <= X]mulrDr.
have -> : (a ^+ 2 + b ^+ 2) * (form P u + form P v) = form P (A *m u) + form P (A *m v).
  by rewrite Au Av -scaleNr !bfD; ring.
by apply: ler_add.
Qed.
Corollary real_eigenvalue_inside P A q a u : definite P -> contracts P A q ->
  A *m u = a *: u -> u != 0 -> a ^+ 2 <= q ^+ 2.
Proof.
move=> dP con Au u0; have := @eigenvalue_inside P A q a 0 u 0 dP con.
by rewrite scaler0 subr0 mulmx0 !scale0r scaler0 addr0 u0 expr0n addr0; apply.
Qed.

(** The absolute entries bound a form, definite or not. *)
Definition size P : R := \sum_i \sum_j `|P i j|.
Lemma form_le_size P u : form P u <= size P * square u.
Proof.
have -> : form P u = \sum_i \sum_j P i j * (u i 0 * u j 0).
  rewrite /form /bf mxE exchange_big /=; apply: eq_bigr => j _.
  by rewrite mxE mulr_suml; apply: eq_bigr => i _; rewrite mxE mulrAC mulrC.
rewrite /size mulr_suml; apply: ler_sum => i _; rewrite mulr_suml; apply: ler_sum => j _.
apply: le_trans (ler_norm _) _; rewrite normrM; apply: ler_wpmul2l => //.
have two : (0 : R) < 2%:R by rewrite ltr0n.
rewrite -(ler_pmul2l two) normrM.
have amgm : 2%:R * (`|u i 0| * `|u j 0|) <= u i 0 ^+ 2 + u j 0 ^+ 2.
  rewrite -subr_ge0 -[u i 0 ^+ 2]real_normK ?num_real // -[u j 0 ^+ 2]real_normK ?num_real //.
  have -> : `|u i 0| ^+ 2 + `|u j 0| ^+ 2 - 2%:R * (`|u i 0| * `|u j 0|) =
    (`|u i 0| - `|u j 0|) ^+ 2 by ring.
  exact: sqr_ge0.
apply: le_trans amgm _; rewrite mulr_natl mulr2n.
by apply: ler_add; apply: entry_le_square.
Qed.

(** Forms that grow. *)
Definition gain P A u := form P (A *m u) - form P u.
Lemma drift P A u k : (forall v, gain P A v <= gain P A (A *m v)) ->
  form P u + k%:R * gain P A u <= form P (iter k (mulmx A) u).
Proof.
move=> convexly; have mono m : gain P A u <= gain P A (iter m (mulmx A) u).
  by elim: m => // m IH; rewrite iterS; apply: le_trans IH (convexly _).
elim: k => [|k IH]; first by rewrite mul0r addr0.
have -> : form P (iter k.+1 (mulmx A) u) =
    form P (iter k (mulmx A) u) + gain P A (iter k (mulmx A) u).
  by rewrite /gain iterS addrC subrK.
by rewrite -addn1 natrD mulrDl mul1r addrA; apply: ler_add.
Qed.
Lemma growth P A r u k : 0 <= r -> (forall v, r * form P v <= form P (A *m v)) ->
  r ^+ k * form P u <= form P (iter k (mulmx A) u).
Proof.
move=> r0 grows; elim: k => [|k IH]; first by rewrite expr0 mul1r.
rewrite iterS exprS -mulrA; apply: le_trans (grows _).
exact: ler_wpmul2l.
Qed.
End Form.

Section Unbounded.
Variables (R : archiFieldType) (n : nat) (P A : 'M[R]_n) (u : 'cV[R]_n).

Lemma beyond (a g m : R) : 0 < g -> exists k, m < a + k%:R * g.
Proof.
move=> g0; exists (Num.bound ((m - a) / g)).
have := archi_boundP (normr_ge0 ((m - a) / g)).
rewrite -ltr_subl_addl -ltr_pdivr_mulr // => _.
have [neg|pos] := ltP ((m - a) / g) 0; first by apply: lt_le_trans neg _; rewrite ler0n.
exact: archi_boundP.
Qed.

Lemma form_beyond (f : nat -> 'cV[R]_n) : (forall m, exists k, m < form P (f k)) ->
  forall m, exists k, m < square (f k).
Proof.
move=> far m; have s0 : 0 <= size P by apply: sumr_ge0 => i _; apply: sumr_ge0.
have [k kP] := far (size P * (m + m ^+ 2)); exists k.
rewrite ltNge; apply/negP => le; move: kP; rewrite ltNge => /negP; apply.
apply: le_trans (form_le_size _ _) _; apply: ler_wpmul2l => //.
by apply: le_trans le _; rewrite ler_addl sqr_ge0.
Qed.

Theorem drift_unbounded : (forall v, gain P A v <= gain P A (A *m v)) -> 0 < gain P A u ->
  forall m, exists k, m < square (iter k (mulmx A) u).
Proof.
move=> convexly g0; apply: form_beyond => m.
have [k far] := beyond (form P u) m g0; exists k.
exact: lt_le_trans far (drift u k convexly).
Qed.

Theorem growth_unbounded (r : R) : 1 < r -> (forall v, r * form P v <= form P (A *m v)) ->
  0 < form P u -> forall m, exists k, m < square (iter k (mulmx A) u).
Proof.
move=> r1 grows f0; apply: form_beyond => m; have r0 : 0 <= r by apply: le_trans (ltW r1).
have g0 : 0 < (r - 1) * form P u by rewrite mulr_gt0 ?subr_gt0.
have [k far] := beyond (form P u) m g0; exists k.
apply: lt_le_trans far (le_trans _ (growth u k r0 grows)).
have bernoulli : 1 + k%:R * (r - 1) <= r ^+ k.
  elim: k => [|k IH]; first by rewrite mul0r addr0 expr0.
  rewrite exprS; apply: le_trans (ler_wpmul2l r0 IH).
  rewrite -subr_ge0 -addn1 natrD.
  have -> : r * (1 + k%:R * (r - 1)) - (1 + (k%:R + 1) * (r - 1)) = k%:R * (r - 1) ^+ 2 by ring.
  by rewrite mulr_ge0 ?ler0n ?sqr_ge0.
have -> : form P u + k%:R * ((r - 1) * form P u) = (1 + k%:R * (r - 1)) * form P u by ring.
by rewrite ler_pmul2r.
Qed.

(** So no norm bounds what a form makes grow. *)
Corollary drift_no_norm (P' : 'M[R]_n) c : (forall v, gain P A v <= gain P A (A *m v)) ->
  0 < gain P A u -> 0 < c -> above P' c -> ~ contracts P' A 1.
Proof.
move=> convexly g0 c0 Pc con; have [k far] := drift_unbounded convexly g0 (form P' u / c).
move: far; rewrite ltNge => /negP; apply; rewrite ler_pdivl_mulr // mulrC.
apply: le_trans (Pc _) _; apply: le_trans (power_contracts k u con) _.
by rewrite !expr1n mul1r.
Qed.
End Unbounded.

(** At the boundary. *)
Section Boundary.
Variable R : realFieldType.

Definition jordan : 'M[R]_2 := \matrix_(i, j) (i <= j)%:R.
Definition turn : 'M[R]_2 := \matrix_(i, j) (if i == j then 0 else if (i < j)%N then -1 else 1).
Definition point (x y : R) : 'cV[R]_2 := \matrix_(i, j) (if i == 0 then x else y).

Lemma form2 (P : 'M[R]_2) x y : form P (point x y) =
  P 0 0 * x ^+ 2 + (P 0 1 + P 1 0) * (x * y) + P 1 1 * y ^+ 2.
Proof.
rewrite /form /bf mxE !big_ord_recl big_ord0 !mxE !big_ord_recl !big_ord0 !mxE /=.
have -> : lift ord0 ord0 = 1 :> 'I_2 by apply: val_inj.
have o : ord0 = 0 :> 'I_2 by apply: val_inj.
by rewrite !o; ring.
Qed.
Lemma jordan_point x y : jordan *m point x y = point (x + y) y.
Proof.
apply/matrixP => i j; rewrite !mxE !big_ord_recl big_ord0 !mxE /=.
by case: i => [[|[|i]] iP] //=; rewrite ?mul1r ?mul0r ?add0r ?addr0.
Qed.
Lemma turn_point x y : turn *m point x y = point (- y) x.
Proof.
apply/matrixP => i j; rewrite !mxE !big_ord_recl big_ord0 !mxE /=.
by case: i => [[|[|i]] iP] //=; rewrite ?mulN1r ?mul1r ?mul0r ?add0r ?addr0.
Qed.
Lemma pointE (u : 'cV[R]_2) : u = point (u 0 0) (u 1 0).
Proof.
apply/matrixP => i j; rewrite (ord1 j) mxE.
by case: i => [[|[|i]] iP] //=; congr (u _ _); apply: val_inj.
Qed.

Theorem jordan_no_form P : definite P -> ~ contracts P jordan 1.
Proof.
move=> dP con; have p0 : 0 < P 0 0.
  have -> : P 0 0 = form P (point 1 0) by rewrite form2; ring.
  apply: dP; apply/eqP => /matrixP /(_ 0 0); rewrite !mxE /= => /eqP; by rewrite oner_eq0.
pose t := - (P 0 1 + P 1 0) / (2%:R * P 0 0).
have nz : 2%:R * P 0 0 != 0 by rewrite mulf_neq0 ?pnatr_eq0 ?lt0r_neq0.
have tP : 2%:R * P 0 0 * t = - (P 0 1 + P 1 0) by rewrite /t mulrC divfK.
have d : form P (point (t + 1) 1) - form P (point t 1) = P 0 0.
  have -> : form P (point (t + 1) 1) - form P (point t 1) =
    2%:R * P 0 0 * t + P 0 0 + (P 0 1 + P 1 0) by rewrite !form2; ring.
  by rewrite tP; ring.
by have := con (point t 1); rewrite jordan_point expr1n mul1r -subr_le0 d leNgt p0.
Qed.

(** The evidence of FORMAT.md 4.10 for it: P = x y. *)
Lemma jordan_drifts : let P : 'M[R]_2 := \matrix_(i, j) (i != j)%:R in
  (forall v, gain P jordan v <= gain P jordan (jordan *m v)) /\ 0 < gain P jordan (point 0 1).
Proof.
move=> P; have g x y : gain P jordan (point x y) = 2%:R * y ^+ 2.
  by rewrite /gain jordan_point !form2 !mxE /=; ring.
split=> [v|]; last by rewrite g expr1n mulr1 ltr0n.
by rewrite (pointE v) jordan_point !g.
Qed.

Lemma turn_form : definite (1%:M : 'M[R]_2) /\ contracts (1%:M : 'M[R]_2) turn 1.
Proof.
have sq x y : form (1%:M : 'M[R]_2) (point x y) = x ^+ 2 + y ^+ 2 by rewrite form2 !mxE /=; ring.
split=> [u u0|u]; last first.
  by rewrite (pointE u) turn_point !sq expr1n mul1r sqrrN addrC.
have -> : form 1%:M u = square u.
  by rewrite {1}(pointE u) sq /square !big_ord_recl big_ord0 addr0; congr (_ + u _ _ ^+ 2); apply: val_inj.
exact: square_gt0.
Qed.
End Boundary.
