(** StabilityCheck.v -- certificates of the claims `bounded` and `unbounded` (FORMAT.md 4.9, 4.10),
    by computation.

    Statements, for a network file M and over every real closed field:
    - [bounded_check_sound]: if [bounded_check M parts] computes to [true], then of every part P is
      positive definite, no matrix A(X) that it lists makes the norm |h|^2 = h^T P h of a vector
      more than q(X) times as long, and, if the part speaks of states, each column of the layer's
      state stays in the ball of the certificate on every word of these inputs.  It follows that
      products contract by the products of their q ([words_contract]), that they are bounded in the
      Euclidean norm ([words_bounded]), and that |lambda| <= q(X) for every eigenvalue
      ([eigenvalues_inside]).
    - [unbounded_check_sound]: if [unbounded_check M c] computes to [true], then |E^k x|^2 grows at
      least like r^k, or like k if r = 1, for the matrix E that takes (H; 1) to (A H + B; 1) along
      the word of the certificate; and so do, as [grown_of] finds out, the powers of A alone on a
      vector, or a column of the layer's own state while it reads this word again and again.
      Over archimedean fields what grows is unbounded ([grows_unbounded]).
    The arithmetic is exact.  Whether the layer meets no other inputs than those of a part is not
    asked: the statement is about words of these.
    The twins: a shear has a certificate of the second kind ([shear_unbounded]) and so none of the
    first, whatever anybody writes into it ([shear_has_no_form]); a quarter of a turn has one of
    the first ([turn_bounded]).
    Sources: Stability.v; the numbers are those of the file, as in CastNetwork.v. *)
From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra ssrZ ring.
From Statewright Require Import TraceHankel SpectrumCheck SpectrumEvidence CastNetwork CountingNetwork.
From Statewright Require NetworkFile Stability.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

(** * 1. What a layer's state does *)
Definition no_addition : NetworkFile.fractions := NetworkFile.Fractions xH nil.
(** B of an input; numbers that are not there are 0 *)
Definition addition_of (l : NetworkFile.file_layer) (x : nat) : NetworkFile.fractions :=
  if List.nth_error (NetworkFile.y_inputs l) x is Some r
  then (if NetworkFile.i_add r is Some b then b else no_addition) else no_addition.

Section Layer.
Variables (R : rcfType) (l : NetworkFile.file_layer).
Local Notation n := (NetworkFile.y_rows l).
Local Notation d := (NetworkFile.y_cols l).

(** integers over a denominator, row by row *)
Definition state_mx m k (v : NetworkFile.fractions) : 'M[R]_(m, k) :=
  \matrix_(i, j) ((ZR R (Zpos (NetworkFile.f_den v)))^-1 * ZR R (number v (i * k + j))).
Definition matrix_at (x : nat) : 'M[R]_n := transition_mx R n (rule_of l x).
Definition addition_at (x : nat) : 'M[R]_(n, d) := state_mx n d (addition_of l x).
Definition start_state : 'M[R]_(n, d) := state_mx n d (NetworkFile.y_start l).
(** the state after a word of inputs, the first one first: H <- A(x) H + B(x) *)
Definition state_after (H : 'M[R]_(n, d)) (w : seq nat) : 'M[R]_(n, d) :=
  foldl (fun H x => matrix_at x *m H + addition_at x) H w.
(** the same as one matrix, which acts on (H; 1) *)
Definition affine_at (x : nat) : 'M[R]_(n + d) := block_mx (matrix_at x) (addition_at x) 0 1%:M.
End Layer.

(** * 2. What certificates say *)

(** |A(X) h| <= q |h| for the input X, q = num / den *)
Record contraction := Contraction { c_input : nat; c_num : Z; c_den : positive; c_squares : ldl }.
(** P row by row; P - c 1 a sum of squares; the square of the radius and the center of the ball *)
Record form_part := Part {
  p_layer : nat; p_form : seq Z; p_least : Z; p_least_den : positive; p_above : ldl;
  p_inputs : seq contraction; p_states : option (Z * positive * NetworkFile.fractions) }.

(** of the layer, the word x_1, .., x_K of its inputs: P row by row, r = num / den, and x *)
Record growth_claim := Growth {
  g_layer : nat; g_word : seq nat; g_form : seq Z; g_num : Z; g_den : positive;
  g_squares : ldl; g_vector : seq Z }.
(** What the vector x stands for: a start without additions; column j of the layer's own start,
    times a positive number; or something else. *)
Inductive grown := Powers | StateColumn (j : nat) | Affine.

Definition vec (x : seq Z) (i : nat) : Z := nth Z0 x i.
Definition is_start (l : NetworkFile.file_layer) (x : seq Z) (j : nat) : bool :=
  let n := NetworkFile.y_rows l in let d := NetworkFile.y_cols l in
  let s := NetworkFile.y_start l in
  Z.ltb Z0 (vec x (n + j)) &&
  all (fun e => eqn e j || Z.eqb (vec x (n + e)) Z0) (iota 0 d) &&
  all (fun i => Z.eqb (Z.mul (vec x i) (Zpos (NetworkFile.f_den s)))
                      (Z.mul (vec x (n + j)) (number s (i * d + j)))) (iota 0 n).
Definition grown_of (l : NetworkFile.file_layer) (x : seq Z) : grown :=
  let n := NetworkFile.y_rows l in let d := NetworkFile.y_cols l in
  if all (fun e => Z.eqb (vec x (n + e)) Z0) (iota 0 d) then Powers
  else let j := find (is_start l x) (iota 0 d) in if (j < d)%N then StateColumn j else Affine.

Section Meaning.
Variable R : rcfType.

Definition form_mx n (P : seq Z) : 'M[R]_n := \matrix_(i, j) ZR R (vec P (i * n + j)).
Definition col_of n (x : seq Z) : 'cV[R]_n := \col_i ZR R (vec x i).
Definition ratio (num : Z) (den : positive) : R := ZR R num / ZR R (Zpos den).
Definition q_of (c : contraction) : R := ratio (c_num c) (c_den c).
Definition inputs_of (p : form_part) : seq nat := map c_input (p_inputs p).

Definition part_holds (l : NetworkFile.file_layer) (p : form_part) : Prop :=
  let n := NetworkFile.y_rows l in let d := NetworkFile.y_cols l in
  let P := form_mx n (p_form p) in let least := ratio (p_least p) (p_least_den p) in
  [/\ 0 < least, Stability.above P least,
      forall c, List.In c (p_inputs p) -> 0 <= q_of c <= 1 /\
        Stability.contracts P (matrix_at R l (c_input c)) (q_of c) &
      if p_states p is Some (num, den, C) then
        forall w, all (mem (inputs_of p)) w -> forall j : 'I_d,
        let away := col j (state_after (start_state R l) w - state_mx R n d C) in
        Stability.form P away <= ratio num den /\ Stability.square away <= ratio num den / least
      else True].

(** at least like r^k, or like k if r = 1, from some constant on *)
Definition grows (r : R) (f : nat -> R) : Prop :=
  exists a b, 0 < b /\ forall k, a + b * (if r == 1 then k%:R else r ^+ k) <= f k.
Definition growth_holds (l : NetworkFile.file_layer) (c : growth_claim) : Prop :=
  let n := NetworkFile.y_rows l in let d := NetworkFile.y_cols l in
  let r := ratio (g_num c) (g_den c) in
  [/\ 1 <= r,
      grows r (fun k => Stability.square
        (iter k (mulmx (mprod (affine_at R l) (g_word c))) (col_of (n + d) (g_vector c)))) &
      match grown_of l (g_vector c) with
      | Powers => grows r (fun k => Stability.square
          (iter k (mulmx (mprod (matrix_at R l) (g_word c))) (col_of n (g_vector c))))
      | StateColumn j => exists2 i : 'I_d, i = j :> nat & grows r (fun k => Stability.square
          (col i (state_after (start_state R l) (flatten (nseq k (g_word c))))))
      | Affine => True
      end].
End Meaning.

Definition bounded_holds (M : NetworkFile.network) (ps : seq form_part) : Prop :=
  forall p, List.In p ps ->
  if List.nth_error (NetworkFile.n_layers M) (p_layer p) is Some l then
    (forall x, List.In x (inputs_of p) -> (x < size (NetworkFile.y_inputs l))%N) /\
    forall R : rcfType, part_holds R l p
  else False.
Definition unbounded_holds (M : NetworkFile.network) (c : growth_claim) : Prop :=
  if List.nth_error (NetworkFile.n_layers M) (g_layer c) is Some l then
    (forall x, List.In x (g_word c) -> (x < size (NetworkFile.y_inputs l))%N) /\
    forall R : rcfType, growth_holds R l c
  else False.

Definition what_grows (M : NetworkFile.network) (c : growth_claim) : option grown :=
  if List.nth_error (NetworkFile.n_layers M) (g_layer c) is Some l
  then Some (grown_of l (g_vector c)) else None.

(** * 3. The checks, on integers *)

Definition form_num n (P : seq Z) : seq (seq Z) := zmat n (fun i j => vec P (i * n + j)).
Definition quad n (S : seq (seq Z)) (v : nat -> Z) : Z :=
  zsum n (fun i => Z.mul (v i) (zsum n (fun j => Z.mul (ent S i j) (v j)))).
(** of a matrix up to a positive factor *)
Definition sum_of_squares n (S : seq (seq Z)) (c : ldl) : bool :=
  let g := content S in let T := divided n S g in divides n S g T && squares_check n (ent T) c.
(** A^T S A *)
Definition congruent n (S A : seq (seq Z)) : seq (seq Z) :=
  zmul n (zmat n (fun i j => ent A j i)) (zmul n S A).
(** s S - t T *)
Definition combined n (s : Z) (S : seq (seq Z)) (t : Z) (T : seq (seq Z)) : seq (seq Z) :=
  zmat n (fun i j => Z.sub (Z.mul s (ent S i j)) (Z.mul t (ent T i j))).
Definition square_z (z : Z) : Z := Z.mul z z.

Definition contraction_check n (S : seq (seq Z)) (t : NetworkFile.transition) (c : contraction) : bool :=
  let A := transition_num n t in let a := transition_den n t in
  keys_check n t && Z.leb Z0 (c_num c) && Z.leb (c_num c) (Zpos (c_den c)) &&
  sum_of_squares n (combined n (Z.mul (square_z (c_num c)) (square_z a)) S
                               (square_z (Zpos (c_den c))) (congruent n S A)) (c_squares c).
(** the columns of H_0 and of C *)
Definition start_check (l : NetworkFile.file_layer) (S : seq (seq Z)) (num : Z) (den : positive)
    (C : NetworkFile.fractions) : bool :=
  let n := NetworkFile.y_rows l in let d := NetworkFile.y_cols l in
  let s := NetworkFile.y_start l in
  let sd := Zpos (NetworkFile.f_den s) in let cd := Zpos (NetworkFile.f_den C) in
  all (fun j => Z.leb
    (Z.mul (quad n S (fun i => Z.sub (Z.mul (number s (i * d + j)) cd) (Z.mul (number C (i * d + j)) sd)))
           (Zpos den))
    (Z.mul num (square_z (Z.mul sd cd)))) (iota 0 d).
(** those of A C + B - C *)
Definition step_check (l : NetworkFile.file_layer) (S : seq (seq Z)) (num : Z) (den : positive)
    (C : NetworkFile.fractions) (c : contraction) : bool :=
  let n := NetworkFile.y_rows l in let d := NetworkFile.y_cols l in
  let b := addition_of l (c_input c) in
  let A := transition_num n (rule_of l (c_input c)) in
  let a := transition_den n (rule_of l (c_input c)) in
  let bd := Zpos (NetworkFile.f_den b) in let cd := Zpos (NetworkFile.f_den C) in
  let q := Zpos (c_den c) in
  all (fun j => Z.leb
    (Z.mul (quad n S (fun i => Z.sub
              (Z.add (Z.mul bd (zsum n (fun k => Z.mul (ent A i k) (number C (k * d + j)))))
                     (Z.mul (Z.mul a cd) (number b (i * d + j))))
              (Z.mul (Z.mul a bd) (number C (i * d + j)))))
           (Z.mul (square_z q) (Zpos den)))
    (Z.mul (Z.mul (square_z (Z.sub q (c_num c))) num) (square_z (Z.mul (Z.mul a cd) bd)))) (iota 0 d).
Definition part_check (l : NetworkFile.file_layer) (p : form_part) : bool :=
  let n := NetworkFile.y_rows l in let d := NetworkFile.y_cols l in let S := form_num n (p_form p) in
  eqn (size (p_form p)) (n * n) && symmetric_check n S && Z.ltb Z0 (p_least p) &&
  sum_of_squares n (combined n (Zpos (p_least_den p)) S (p_least p) (zid n)) (p_above p) &&
  all (fun c => (c_input c < size (NetworkFile.y_inputs l))%N &&
                contraction_check n S (rule_of l (c_input c)) c) (p_inputs p) &&
  (if p_states p is Some (num, den, C) then
     eqn (size (NetworkFile.f_num C)) (n * d) && start_check l S num den C &&
     all (step_check l S num den C) (p_inputs p)
   else true).
Definition bounded_check (M : NetworkFile.network) (ps : seq form_part) : bool :=
  NetworkFile.well_formed M && all (fun p =>
    if List.nth_error (NetworkFile.n_layers M) (p_layer p) is Some l then part_check l p else false) ps.

(** affine_at, times affine_den *)
Definition affine_num (l : NetworkFile.file_layer) (x : nat) : seq (seq Z) :=
  let n := NetworkFile.y_rows l in let d := NetworkFile.y_cols l in let b := addition_of l x in
  let A := transition_num n (rule_of l x) in let a := transition_den n (rule_of l x) in
  let bd := Zpos (NetworkFile.f_den b) in
  zmat (n + d) (fun i j =>
    if (i < n)%N then
      if (j < n)%N then Z.mul bd (ent A i j) else Z.mul a (number b (i * d + (j - n)))
    else if eqn i j then Z.mul a bd else Z0).
Definition affine_den (l : NetworkFile.file_layer) (x : nat) : Z :=
  Z.mul (transition_den (NetworkFile.y_rows l) (rule_of l x)) (Zpos (NetworkFile.f_den (addition_of l x))).
Definition growth_check (l : NetworkFile.file_layer) (c : growth_claim) : bool :=
  let n := NetworkFile.y_rows l in let d := NetworkFile.y_cols l in let m := (n + d)%N in
  let E := foldl (fun P x => zmul m (affine_num l x) P) (zid m) (g_word c) in
  let e := foldl (fun p x => Z.mul (affine_den l x) p) (Zpos xH) (g_word c) in
  let gain S := combined m (Zpos (g_den c)) (congruent m S E) (Z.mul (g_num c) (square_z e)) S in
  let P := form_num m (g_form c) in
  let Q := if Z.eqb (g_num c) (Zpos (g_den c)) then gain P else P in
  eqn (size (g_form c)) (m * m) && eqn (size (g_vector c)) m && symmetric_check m P &&
  Z.leb (Zpos (g_den c)) (g_num c) &&
  all (fun x => (x < size (NetworkFile.y_inputs l))%N && keys_check n (rule_of l x)) (g_word c) &&
  sum_of_squares m (gain Q) (g_squares c) && Z.ltb Z0 (quad m Q (vec (g_vector c))).
Definition unbounded_check (M : NetworkFile.network) (c : growth_claim) : bool :=
  NetworkFile.well_formed M &&
  if List.nth_error (NetworkFile.n_layers M) (g_layer c) is Some l then growth_check l c else false.

(** * 4. They are right *)
Lemma all_In T (f : pred T) s x : all f s -> List.In x s -> f x.
Proof. by elim: s => //= y s IH /andP [fy fs] [<-|/(IH fs)]. Qed.

Section Sound.
Variable R : rcfType.
Local Notation form := Stability.form.
Local Notation square := Stability.square.

Lemma ZR_le_ x y : Z.leb x y -> ZR R x <= ZR R y.
Proof. by move=> /Z.leb_le /Z.le_0_sub /Z.leb_le /(@ZR_ge0 R); rewrite ZRB subr_ge0. Qed.
Lemma ZR_square x : ZR R (square_z x) = ZR R x ^+ 2.
Proof. by rewrite ZRM expr2. Qed.

Section Forms.
Variable n : nat.
Implicit Types (P Q A : 'M[R]_n) (u : 'cV[R]_n).

Lemma formB P Q u : form (P - Q) u = form P u - form Q u.
Proof. by rewrite /form /Stability.bf mulmxBr mulmxBl mxE [X in _ + X]mxE. Qed.
Lemma formZP c P u : form (c *: P) u = c * form P u.
Proof. by rewrite /form /Stability.bf -scalemxAr -scalemxAl mxE. Qed.
Lemma form_congruent P A u : form (A^T *m P *m A) u = form P (A *m u).
Proof. by rewrite /form /Stability.bf trmx_mul !mulmxA. Qed.
Lemma form_one u : form 1%:M u = square u.
Proof.
by rewrite /form /Stability.bf mulmx1 mxE; apply: eq_bigr => i _; rewrite mxE expr2.
Qed.

Lemma quad_form S v : ZR R (quad n S v) = form (mx R n S) (\col_i ZR R (v i)).
Proof.
rewrite /quad ZR_sum /form /Stability.bf -mulmxA mxE; apply: eq_bigr => i _.
rewrite ZRM !mxE ZR_sum; congr (_ * _); apply: eq_bigr => j _.
by rewrite ZRM !mxE.
Qed.
Lemma mx_form_num (p : seq Z) : mx R n (form_num n p) = form_mx R n p.
Proof. by apply/matrixP => i j; rewrite !mxE ent_zmat. Qed.
Lemma mx_congruent (S A : seq (seq Z)) : mx R n (congruent n S A) = (mx R n A)^T *m mx R n S *m mx R n A.
Proof.
rewrite !mx_mul mulmxA; congr (_ *m _ *m _).
by apply/matrixP => i j; rewrite !mxE ent_zmat.
Qed.
Lemma mx_combined s S t T :
  mx R n (combined n s S t T) = ZR R s *: mx R n S - ZR R t *: mx R n T.
Proof. by apply/matrixP => i j; rewrite !mxE ent_zmat ZRB !ZRM. Qed.

Lemma sum_of_squares_form S c u : sum_of_squares n S c -> 0 <= form (mx R n S) u.
Proof.
move=> /andP [/andP [g0 /allP E]] /(@squares_psd R) /(_ u^T); rewrite trmxK.
set g := content S in g0 E *; set T := divided n S g in E *.
have -> : mx R n S = ZR R g *: mx R n T.
  apply/matrixP => i j; rewrite !mxE.
  by have /allP /(_ _ (in_iota j)) /Z.eqb_eq <- := E _ (in_iota i); rewrite ZRM.
have -> : (\matrix_(i < n, j < n) ZR R (ent T i j)) = mx R n T by [].
by rewrite formZP => h; rewrite mulr_ge0 // ltW // ZR_gt0.
Qed.
End Forms.

Lemma col_times n m d (A : 'M[R]_(n, m)) (B : 'M[R]_(m, d)) j : A *m col j B = col j (A *m B).
Proof. by rewrite !colE mulmxA. Qed.
Lemma ratio_gt0 num den : Z.ltb Z0 num -> 0 < ratio R num den.
Proof. by move=> h; rewrite divr_gt0 ?ZR_pos ?ZR_gt0. Qed.

(** ** bounded *)
Section Bounded.
Variables (l : NetworkFile.file_layer) (p : form_part).
Local Notation n := (NetworkFile.y_rows l).
Local Notation d := (NetworkFile.y_cols l).
Let P := form_mx R n (p_form p).
Let S := form_num n (p_form p).

Lemma above_sound : sum_of_squares n (combined n (Zpos (p_least_den p)) S (p_least p) (zid n)) (p_above p) ->
  Stability.above P (ratio R (p_least p) (p_least_den p)).
Proof.
move=> ck u; have := sum_of_squares_form u ck.
rewrite mx_combined mx_form_num mx_id formB !formZP form_one subr_ge0 => h.
by rewrite /ratio mulrAC ler_pdivr_mulr ?ZR_pos // [X in _ <= X]mulrC.
Qed.

Lemma contraction_sound c : contraction_check n S (rule_of l (c_input c)) c ->
  0 <= q_of R c <= 1 /\ Stability.contracts P (matrix_at R l (c_input c)) (q_of R c).
Proof.
move=> /andP [/andP [/andP [/(@transition_num_mx R) [a0 AE] q0] q1] sq].
have d0 := ZR_pos R (c_den c); split.
  by rewrite /q_of /ratio divr_ge0 ?ZR_ge0 ?(ltW d0) //= ler_pdivr_mulr // mul1r ZR_le_.
move=> u; have := sum_of_squares_form u sq.
rewrite mx_combined mx_congruent mx_form_num formB !formZP form_congruent AE -scalemxAl Stability.formZ.
rewrite ZRM !ZR_square subr_ge0 -/P.
set a := ZR R (transition_den _ _) in a0 *; set num := ZR R (c_num c); set den := ZR R _ in d0 *.
have a2 : 0 < a ^+ 2 by rewrite exprn_gt0.
rewrite -[transition_mx R n _]/(matrix_at R l (c_input c)); set fA := form P (_ *m u); set fu := form P u.
have -> : den ^+ 2 * (a ^+ 2 * fA) = a ^+ 2 * (den ^+ 2 * fA) by ring.
have -> : num ^+ 2 * a ^+ 2 * fu = a ^+ 2 * (num ^+ 2 * fu) by ring.
rewrite ler_pmul2l // => h.
rewrite /q_of /ratio expr_div_n mulrAC ler_pdivl_mulr ?exprn_gt0 //.
by rewrite [X in X <= _]mulrC.
Qed.

Lemma start_sound num den C (j : 'I_d) : start_check l S num den C ->
  form P (col j (start_state R l - state_mx R n d C)) <= ratio R num den.
Proof.
move=> /allP /(_ _ (in_iota j)) /ZR_le_; rewrite !ZRM quad_form mx_form_num -/P -expr2.
set s := NetworkFile.y_start l.
set sd := ZR R (Zpos (NetworkFile.f_den s)); set cd := ZR R (Zpos (NetworkFile.f_den C)).
have sd0 : 0 < sd := ZR_pos R _; have cd0 : 0 < cd := ZR_pos R _.
set v := \col_i _ => h.
have -> : col j (start_state R l - state_mx R n d C) = (sd * cd)^-1 *: v.
  apply/matrixP => i k; rewrite (ord1 k) /v !mxE -/s ZRB !ZRM -/sd -/cd.
  by field; rewrite !lt0r_neq0.
have sc : 0 < (sd * cd) ^+ 2 by rewrite exprn_gt0 // mulr_gt0.
rewrite Stability.formZ exprVn mulrC ler_pdivr_mulr // mulrAC ler_pdivl_mulr ?ZR_pos //.
Qed.

Lemma step_sound num den C c (j : 'I_d) : keys_check n (rule_of l (c_input c)) ->
  step_check l S num den C c ->
  forall K, K = state_mx R n d C ->
  form P (col j (matrix_at R l (c_input c) *m K + addition_at R l (c_input c) - K)) <=
  (1 - q_of R c) ^+ 2 * ratio R num den.
Proof.
move=> /(@transition_num_mx R) [a0 AE] /allP /(_ _ (in_iota j)) /ZR_le_.
rewrite !(ZR_square, ZRM) ZRB quad_form mx_form_num -/P.
set b := addition_of l _; set A := transition_num _ _ in AE *.
set a := ZR R (transition_den _ _) in a0 AE *.
set bd := ZR R (Zpos (NetworkFile.f_den b)); set cd := ZR R (Zpos (NetworkFile.f_den C)).
have bd0 : 0 < bd := ZR_pos R _; have cd0 : 0 < cd := ZR_pos R _.
set q := ZR R (Zpos (c_den c)); have q0 : 0 < q := ZR_pos R _.
set v := \col_i _; set r := ZR R (Zpos den); have r0 : 0 < r := ZR_pos R _ => h _ ->.
have -> : col j (matrix_at R l (c_input c) *m state_mx R n d C + addition_at R l (c_input c) - state_mx R n d C) =
    (a * cd * bd)^-1 *: v.
  apply/matrixP => i k; rewrite (ord1 k) /v !mxE ZRB ZRD !ZRM ZR_sum -/b -/bd -/cd -/a.
  have -> : \sum_k (matrix_at R l (c_input c)) i k * (state_mx R n d C) k j =
      (a * cd)^-1 * \sum_(k < n) ZR R (Z.mul (ent A i k) (number C (k * d + j))).
    rewrite mulr_sumr; apply: eq_bigr => m _; rewrite ZRM.
    have -> : ZR R (ent A i m) = a * matrix_at R l (c_input c) i m.
      by have := congr1 (fun M : 'M[R]_n => M i m) AE; rewrite !mxE.
    by rewrite [state_mx _ _ _ _ _ _]mxE -/cd; field; rewrite !lt0r_neq0.
  by field; rewrite !lt0r_neq0.
have sc : 0 < (a * cd * bd) ^+ 2 by rewrite exprn_gt0 // !mulr_gt0.
rewrite Stability.formZ exprVn mulrC ler_pdivr_mulr //.
have -> : 1 - q_of R c = (q - ZR R (c_num c)) / q.
  by rewrite /q_of /ratio -/q mulrBl divff ?lt0r_neq0.
rewrite expr_div_n /ratio -/r.
have -> : (q - ZR R (c_num c)) ^+ 2 / q ^+ 2 * (ZR R num / r) * (a * cd * bd) ^+ 2 =
    (q - ZR R (c_num c)) ^+ 2 * ZR R num * (a * cd * bd) ^+ 2 / (q ^+ 2 * r).
  by field; rewrite !lt0r_neq0.
by rewrite ler_pdivl_mulr // mulr_gt0 ?exprn_gt0.
Qed.

Theorem part_check_sound : part_check l p -> part_holds R l p.
Proof.
move=> /andP [/andP [/andP [/andP [_ l0] /above_sound ab] con] st].
have least0 := ratio_gt0 (p_least_den p) l0.
have dP := Stability.above_definite least0 ab.
have con_in c : List.In c (p_inputs p) -> contraction_check n S (rule_of l (c_input c)) c.
  by move=> /(all_In con) /andP [].
have contracts c : List.In c (p_inputs p) -> 0 <= q_of R c <= 1 /\
    Stability.contracts P (matrix_at R l (c_input c)) (q_of R c).
  by move=> /con_in; apply: contraction_sound.
split=> //; case: (p_states p) st => // -[[num den] C] /andP [/andP [_ st] steps] w inw j.
suff ball : form P (col j (state_after (start_state R l) w - state_mx R n d C)) <= ratio R num den.
  by split=> //; rewrite ler_pdivl_mulr // mulrC; apply: le_trans (ab _) ball.
have := start_sound j st; elim: w inw (start_state R l) => //= x w IH /andP [xin inw] H near.
apply: IH => //; have {xin} [c [cin cx]] : exists c, List.In c (p_inputs p) /\ c_input c = x.
  move: xin; rewrite /inputs_of; elim: (p_inputs p) => //= c cs IH'; rewrite inE.
  by move=> /orP [/eqP ->|/IH' [c' [h1 h2]]]; [exists c | exists c']; split=> //; [left | right].
have [q01 con_c] := contracts c cin.
have keys : keys_check n (rule_of l (c_input c)) by case/andP: (con_in c cin) => /andP [/andP []].
have -> : col j (matrix_at R l x *m H + addition_at R l x - state_mx R n d C) =
    matrix_at R l (c_input c) *m col j (H - state_mx R n d C) +
    col j (matrix_at R l (c_input c) *m state_mx R n d C + addition_at R l (c_input c) - state_mx R n d C).
  by rewrite cx col_times -linearD mulmxBr !addrA subrK.
apply: (Stability.sum_within dP q01); last exact: step_sound keys (all_In steps cin) _ erefl.
by apply: le_trans (con_c _) _; apply: ler_wpmul2l near; apply: sqr_ge0.
Qed.
End Bounded.

(** What follows. *)
Section Consequences.
Variables (l : NetworkFile.file_layer) (p : form_part).
Hypothesis holds : part_holds R l p.
Let P := form_mx R (NetworkFile.y_rows l) (p_form p).

Theorem words_contract (w : seq contraction) u : (forall c, List.In c w -> List.In c (p_inputs p)) ->
  form P (foldl (fun h c => matrix_at R l (c_input c) *m h) u w) <=
  \prod_(c <- w) q_of R c ^+ 2 * form P u.
Proof.
have [_ _ con _] := holds; elim: w u => [|c w IH] u sub /=; first by rewrite big_nil mul1r.
apply: le_trans (IH _ _) _; first by move=> c' h; apply: sub; right.
rewrite big_cons [q_of R c ^+ 2 * _]mulrC -[X in _ <= X]mulrA.
by apply: ler_wpmul2l; [apply: prodr_ge0 => y _; apply: sqr_ge0 | apply: (con c (sub c _)).2; left].
Qed.

Theorem words_bounded (w : seq contraction) u : (forall c, List.In c w -> List.In c (p_inputs p)) ->
  square (foldl (fun h c => matrix_at R l (c_input c) *m h) u w) <=
  form P u / ratio R (p_least p) (p_least_den p).
Proof.
have [l0 ab con _] := holds => sub.
rewrite ler_pdivl_mulr // mulrC; apply: le_trans (ab _) _; apply: le_trans (words_contract u sub) _.
rewrite -[X in _ <= X]mul1r; apply: ler_wpmul2r.
  exact: (Stability.form_ge0 _ (Stability.above_definite l0 ab)).
elim: w sub => [|c w IH] sub; first by rewrite big_nil.
have /andP [q0 q1] := (con c (sub c (or_introl erefl))).1.
rewrite big_cons -[X in _ <= X]mulr1; apply: ler_pmul; rewrite ?sqr_ge0 ?prodr_ge0 ?exprn_ile1 //.
  by move=> ? _; apply: sqr_ge0.
by apply: IH => c' h; apply: sub; right.
Qed.

(** u + i v is an eigenvector of a + i b *)
Theorem eigenvalues_inside c a b (u v : 'cV[R]_(NetworkFile.y_rows l)) : List.In c (p_inputs p) ->
  let A := matrix_at R l (c_input c) in
  A *m u = a *: u - b *: v -> A *m v = b *: u + a *: v -> (u != 0) || (v != 0) ->
  a ^+ 2 + b ^+ 2 <= q_of R c ^+ 2.
Proof.
have [l0 ab con _] := holds => cin A Au Av nz.
exact: (Stability.eigenvalue_inside (Stability.above_definite l0 ab) (con c cin).2 Au Av nz).
Qed.
End Consequences.

(** ** unbounded *)
Section Unbounded.
Variable l : NetworkFile.file_layer.
Local Notation n := (NetworkFile.y_rows l).
Local Notation d := (NetworkFile.y_cols l).
Local Notation A := (matrix_at R l).
Local Notation E := (affine_at R l).

Lemma affine_num_mx x : keys_check n (rule_of l x) -> 0 < ZR R (affine_den l x) /\
  mx R (n + d) (affine_num l x) = ZR R (affine_den l x) *: E x.
Proof.
move=> /(@transition_num_mx R) [a0 AE]; set b := addition_of l x.
have bd0 := ZR_pos R (NetworkFile.f_den b).
rewrite /affine_den ZRM -/b; split; first by rewrite mulr_gt0.
set a := ZR R (transition_den _ _) in a0 AE *; set bd := ZR R (Zpos _) in bd0 *.
have entry (i j : 'I_n) : ZR R (ent (transition_num n (rule_of l x)) i j) = a * A x i j.
  by have := congr1 (fun M : 'M[R]_n => M i j) AE; rewrite !mxE.
apply/matrixP => i j; rewrite [LHS]mxE ent_zmat [RHS]mxE /affine_at.
case: (split_ordP i) => i1 ->; case: (split_ordP j) => j1 -> /=.
- rewrite -[LHS]/(ZR R (Z.mul (Zpos (NetworkFile.f_den b)) (ent (transition_num n (rule_of l x)) i1 j1))).
  by rewrite block_mxEul ZRM entry -/bd; ring.
- rewrite addKn block_mxEur ZRM -/b [addition_at _ _ _ _ _]mxE -/b -/bd.
  by field; rewrite lt0r_neq0.
- rewrite block_mxEdl mxE mulr0 -[eqn _ _]/((n + i1)%N == j1 :> nat); case: eqP => // e.
  by have := ltn_ord j1; rewrite -e ltnNge leq_addr.
rewrite block_mxEdr mxE -[eqn _ _]/(n + i1 == n + j1)%N eqn_add2l.
by rewrite -[(i1 : nat) == j1]/(i1 == j1); case: eqP => _; rewrite ?mulr1 ?mulr0 ?ZRM.
Qed.

Lemma word_num_mx w : all (fun x => keys_check n (rule_of l x)) w ->
  let e := foldl (fun p x => Z.mul (affine_den l x) p) (Zpos xH) w in 0 < ZR R e /\
  mx R (n + d) (foldl (fun P x => zmul (n + d) (affine_num l x) P) (zid (n + d)) w) =
  ZR R e *: mprod E w.
Proof.
rewrite /mprod; suff H M (N : 'M[R]_(n + d)) e : 0 < ZR R e -> mx R (n + d) M = ZR R e *: N ->
    all (fun x => keys_check n (rule_of l x)) w ->
    let f := foldl (fun p x => Z.mul (affine_den l x) p) e w in 0 < ZR R f /\
    mx R (n + d) (foldl (fun P x => zmul (n + d) (affine_num l x) P) M w) =
    ZR R f *: foldl (fun P c => E c *m P) N w.
  by apply: H; rewrite ?ZR_pos // scale1r mx_id.
elim: w M N e => [|x w IH] M N e e0 ME //= /andP [/affine_num_mx [x0 xE] ks]; apply: IH => //.
  by rewrite ZRM mulr_gt0.
by rewrite mx_mul xE ME ZRM -scalemxAl -scalemxAr scalerA.
Qed.

(** What E does to (h; 0), and to (H; 1). *)
Lemma affine_linear w k (h : 'M[R]_(n, k)) :
  mprod E w *m col_mx h 0 = col_mx (mprod A w *m h) 0.
Proof.
rewrite /mprod; elim/last_ind: w => [|w x IH]; first by rewrite /= !mul1mx.
by rewrite !foldl_rcons -!mulmxA IH mul_block_col !mul0mx !mulmx0 !addr0.
Qed.
Lemma affine_state w (H : 'M[R]_(n, d)) :
  mprod E w *m col_mx H 1%:M = col_mx (state_after H w) 1%:M.
Proof.
rewrite /mprod /state_after; elim/last_ind: w => [|w x IH]; first by rewrite /= mul1mx.
by rewrite !foldl_rcons -mulmxA IH mul_block_col !mul0mx add0r !mulmx1.
Qed.
Lemma powers_linear w k (h : 'cV[R]_n) :
  iter k (mulmx (mprod E w)) (col_mx h 0) = col_mx (iter k (mulmx (mprod A w)) h) 0.
Proof. by elim: k => //= k ->; rewrite affine_linear. Qed.
Lemma powers_state w k (H : 'M[R]_(n, d)) (v : 'cV[R]_d) :
  iter k (mulmx (mprod E w)) (col_mx H 1%:M *m v) = col_mx (state_after H (flatten (nseq k w))) 1%:M *m v.
Proof.
elim: k => //= k ->; have -> : w ++ flatten (nseq k w) = flatten (nseq k w) ++ w.
  by elim: k => [|k IH] /=; [rewrite cats0 | rewrite -[RHS]catA -IH].
by rewrite /state_after foldl_cat mulmxA affine_state.
Qed.

(** Entries above those of the unit vector. *)
Lemma square_col m k (x : 'cV[R]_m) (y : 'cV[R]_k) : square (col_mx x y) = square x + square y.
Proof.
rewrite /Stability.square big_split_ord; congr (_ + _); apply: eq_bigr => i _;
  by rewrite (col_mxEu, col_mxEd).
Qed.
Lemma square_scaled m s (x : 'cV[R]_m) : square (s *: x) = s ^+ 2 * square x.
Proof. by rewrite /Stability.square mulr_sumr; apply: eq_bigr => i _; rewrite mxE exprMn. Qed.
Lemma square_unit k (j : 'I_k) : square (delta_mx j 0 : 'cV[R]_k) = 1.
Proof.
rewrite /Stability.square (bigD1 j) //= mxE !eqxx expr1n big1 ?addr0 // => i ij.
by rewrite mxE (negbTE ij) expr0n.
Qed.
Lemma square0 k : square (0 : 'cV[R]_k) = 0.
Proof. by rewrite /Stability.square big1 // => i _; rewrite mxE expr0n. Qed.

Lemma grows_from r (f g : nat -> R) s t : 0 < s -> (forall k, f k = s * (g k + t)) -> grows r f -> grows r g.
Proof.
move=> s0 fg [a [b [b0 h]]]; exists (a / s - t), (b / s); split; first by rewrite divr_gt0.
move=> k; rewrite -(ler_pmul2l s0); set y := if _ then _ else _.
have -> : s * (a / s - t + b / s * y) = a + b * y - s * t by field; rewrite lt0r_neq0.
by rewrite ler_subl_addr -mulrDr -fg; exact: h.
Qed.
Lemma grows_ext r (f g : nat -> R) : (forall k, f k = g k) -> grows r f -> grows r g.
Proof. by move=> fg [a [b [b0 h]]]; exists a, b; split=> // k; rewrite -fg. Qed.

(** A form that gains makes what it measures grow. *)
Lemma size_pos m (P : 'M[R]_m) : 0 < Stability.size P + 1.
Proof. by rewrite ltr_paddl // ?ltr01 //; apply: sumr_ge0 => i _; apply: sumr_ge0. Qed.
Lemma form_le m (P : 'M[R]_m) u : form P u <= (Stability.size P + 1) * square u.
Proof.
apply: le_trans (Stability.form_le_size P u) _; apply: ler_wpmul2r; first exact: Stability.square_ge0.
by rewrite ler_addl ler01.
Qed.
Lemma growth_grows m (P M : 'M[R]_m) u r : 1 < r -> (forall v, r * form P v <= form P (M *m v)) ->
  0 < form P u -> grows r (fun k => square (iter k (mulmx M) u)).
Proof.
move=> r1 up u0; exists 0, (form P u / (Stability.size P + 1)); rewrite divr_gt0 ?size_pos //; split=> // k.
rewrite gt_eqF // add0r mulrAC ler_pdivr_mulr ?size_pos // [X in _ <= X]mulrC [X in X <= _]mulrC.
apply: le_trans (form_le _ _); apply: Stability.growth up; exact: le_trans (ltW r1).
Qed.
Lemma drift_grows m (P M : 'M[R]_m) u :
  (forall v, Stability.gain P M v <= Stability.gain P M (M *m v)) -> 0 < Stability.gain P M u ->
  grows 1 (fun k => square (iter k (mulmx M) u)).
Proof.
move=> up u0; set s := Stability.size P + 1; have s0 : 0 < s := size_pos P.
exists (form P u / s), (Stability.gain P M u / s); rewrite divr_gt0 //; split=> // k.
rewrite eqxx mulrAC -mulrDl ler_pdivr_mulr // [X in _ <= X]mulrC [_ * k%:R]mulrC.
by apply: le_trans (form_le _ _); apply: Stability.drift.
Qed.

Theorem growth_check_sound c : growth_check l c -> growth_holds R l c.
Proof.
move=> /andP [/andP [/andP [/andP [_ r1] keys] sq] pos].
set w := g_word c in keys sq pos *; set x := g_vector c in pos *.
have {}keys : all (fun x => keys_check n (rule_of l x)) w.
  by apply: sub_all keys => y /andP [].
have [e0 EE] := word_num_mx keys; set En := foldl _ (zid _) w in EE sq pos.
set e := foldl _ (Zpos xH) w in e0 EE sq pos; set m := (n + d)%N in En EE sq pos *.
set P := form_mx R m (g_form c); set Ew := mprod E w in EE *; set u := col_of R m x.
set r := ratio R (g_num c) (g_den c); have den0 := ZR_pos R (g_den c).
have r_ge1 : 1 <= r by rewrite ler_pdivl_mulr // mul1r ZR_le_.
have gainE S v : form (mx R m (combined m (Zpos (g_den c)) (congruent m S En)
    (Z.mul (g_num c) (square_z e)) S)) v =
    ZR R (Zpos (g_den c)) * ZR R e ^+ 2 * (form (mx R m S) (Ew *m v) - r * form (mx R m S) v).
  rewrite mx_combined formB !formZP mx_congruent form_congruent EE -scalemxAl Stability.formZ ZRM ZR_square.
  move: (form (mx R m S) (Ew *m v)) (form (mx R m S) v) => fE f; rewrite /r /ratio.
  move: (ZR R (Zpos (g_den c))) (ZR R (g_num c)) (ZR R e) (lt0r_neq0 den0) => D N e' D0.
  by field.
have scale : 0 < ZR R (Zpos (g_den c)) * ZR R e ^+ 2 by rewrite mulr_gt0 // exprn_gt0.
have up S : sum_of_squares m (combined m (Zpos (g_den c)) (congruent m S En)
    (Z.mul (g_num c) (square_z e)) S) (g_squares c) ->
    forall v, r * form (mx R m S) v <= form (mx R m S) (Ew *m v).
  by move=> ck v; have := sum_of_squares_form v ck; rewrite gainE pmulr_rge0 // subr_ge0.
have E_grows : grows r (fun k => square (iter k (mulmx Ew) u)).
  move: sq pos; case: ifP => [/Z.eqb_eq rE|rN] /up {}up /(ZR_gt0 R); rewrite quad_form -/u.
    have r_one : r = 1 by rewrite /r /ratio rE divff // lt0r_neq0.
    rewrite gainE mx_form_num -/P r_one mul1r pmulr_rgt0 // => pos.
    apply: drift_grows pos => v; have := up v; rewrite !gainE r_one !mul1r mx_form_num ler_pmul2l //.
  rewrite mx_form_num -/P => pos; apply: growth_grows pos; last by move=> v; have := up v; rewrite mx_form_num.
  have [lt|e'] : Z.lt (Zpos (g_den c)) (g_num c) \/ Zpos (g_den c) = g_num c.
    by apply/Z.lt_eq_cases/Z.leb_le.
    rewrite /r /ratio ltr_pdivl_mulr // mul1r -subr_gt0 -ZRB.
    by apply: ZR_gt0; apply/Z.ltb_lt/Z.lt_0_sub.
  by move: rN; rewrite e' Z.eqb_refl.
have uE : u = col_mx (col_of R n x) (\col_j ZR R (vec x (n + j))).
  by apply/matrixP => i k; rewrite mxE; case: (split_ordP i) => i1 ->; rewrite ?col_mxEu ?col_mxEd mxE.
split=> //; rewrite /grown_of -/x; case: ifP => [/allP z|_].
  have u0 : u = col_mx (col_of R n x) 0.
    rewrite uE; congr col_mx; apply/matrixP => j k; rewrite !mxE.
    by have /Z.eqb_eq -> := z _ (in_iota j).
  apply: grows_ext E_grows => k; by rewrite u0 powers_linear square_col square0 addr0.
case: ifP => // jd; set j := find _ _ in jd *.
have /andP [/andP [s0 /allP units] /allP tops] : is_start l x j.
  have h : has (is_start l x) (iota 0 d) by rewrite has_find size_iota.
  by have := nth_find 0%N h; rewrite -/j nth_iota // add0n.
pose i := Ordinal jd; exists i => //; set s := ZR R (vec x (n + j)).
have {}s0 : 0 < s by apply: ZR_gt0.
have uS : u = s *: (col_mx (start_state R l) 1%:M *m delta_mx i 0).
  rewrite uE mul_col_mx mul1mx scale_col_mx -colE; congr col_mx; apply/matrixP => a k; rewrite !mxE.
    have /Z.eqb_eq /(congr1 (ZR R)) := tops _ (in_iota a); rewrite !ZRM -/s => t.
    have sd := ZR_pos R (NetworkFile.f_den (NetworkFile.y_start l)).
    by rewrite mulrCA -t mulrCA mulVf ?mulr1 // lt0r_neq0.
  rewrite (ord1 k) eqxx andbT; have := units _ (in_iota a); rewrite -[eqn a j]/(a == i :> nat) -val_eqE /=.
  by case: eqP => [->|_] /= => [_|/Z.eqb_eq ->]; rewrite ?mulr1 ?mulr0.
apply: (grows_from (s := s ^+ 2) (t := 1)) E_grows; first by rewrite exprn_gt0.
move=> k; have lin (c' : R) v : iter k (mulmx Ew) (c' *: v) = c' *: iter k (mulmx Ew) v.
  by elim: k => //= k ->; rewrite scalemxAr.
by rewrite uS lin powers_state square_scaled mul_col_mx mul1mx square_col square_unit -colE.
Qed.
End Unbounded.
End Sound.

Theorem bounded_check_sound M ps : bounded_check M ps = true -> bounded_holds M ps.
Proof.
move=> /andP [_ ck] p /(all_In ck) /=; case: List.nth_error => // l pk; split=> [x|R].
  move=> /List.in_map_iff [c [<- cin]]; have /andP [/andP [_ con] _] := pk.
  by case/andP: (all_In con cin).
exact: part_check_sound.
Qed.

Theorem unbounded_check_sound M c : unbounded_check M c = true -> unbounded_holds M c.
Proof.
move=> /andP [_]; rewrite /unbounded_holds; case: List.nth_error => // l ck; split=> [x xin|R].
  by have /andP [/andP [/andP [_ ks] _] _] := ck; have /andP [] := all_In ks xin.
exact: growth_check_sound.
Qed.

(** What grows is unbounded where numbers do not skip 1, 2, 3, .., as in the reals. *)
Theorem grows_unbounded (R : rcfType) (r : R) f : Num.archimedean_axiom R -> 1 <= r -> grows r f ->
  forall m, exists k, m < f k.
Proof.
move=> archi r1 [a [b [b0 h]]] m.
have [g [g0 low]] : exists g, 0 < g /\ forall k, k%:R * g <= (if r == 1 then k%:R else r ^+ k).
  have [_|rN] := eqVneq r 1; first by exists 1; split=> [|k]; rewrite ?ltr01 ?mulr1.
  have rp : 0 < r - 1 by rewrite subr_gt0 lt_neqAle eq_sym rN.
  exists (r - 1); split=> // k; suff : 1 + k%:R * (r - 1) <= r ^+ k.
    by apply: le_trans; rewrite ler_addr ler01.
  elim: k => [|k IH]; first by rewrite mul0r addr0 expr0.
  rewrite exprS; apply: le_trans (ler_wpmul2l (le_trans ler01 r1) IH).
  rewrite -subr_ge0 -addn1 natrD.
  have -> : r * (1 + k%:R * (r - 1)) - (1 + (k%:R + 1) * (r - 1)) = k%:R * (r - 1) ^+ 2 by ring.
  by rewrite mulr_ge0 ?ler0n ?sqr_ge0.
have [k far] := archi ((m - a) / b / g); exists k; apply: lt_le_trans (h k).
rewrite -ltr_subl_addl mulrC -ltr_pdivr_mulr //; apply: lt_le_trans (low k).
by rewrite -ltr_pdivr_mulr //; apply: le_lt_trans far; apply: ler_norm.
Qed.

(** * 5. Instances, and what has no certificate *)
Module Instance.
Local Open Scope Z_scope.
Definition layer matrix add start : NetworkFile.file_layer := NetworkFile.Layer 2 1 [:: 0]%N
  (NetworkFile.Fractions 1 start)
  [:: NetworkFile.Input (NetworkFile.Dense (NetworkFile.Fractions 1 matrix))
        (Some (NetworkFile.Fractions 1 add))] 1
  (NetworkFile.Fractions 1 [:: 0; 0]) (NetworkFile.Fractions 1 [:: 0]).
(** a quarter of a turn around (0, 1), from (1, 0); a shear, from (0, 1) *)
Definition turn_layer := layer [:: 0; -1; 1; 0] [:: 1; 1] [:: 1; 0].
Definition shear_layer := layer [:: 1; 1; 0; 1] [:: 0; 0] [:: 0; 1].
Definition turn : NetworkFile.network := NetworkFile.Network 1 1 [:: turn_layer].
Definition shear : NetworkFile.network := NetworkFile.Network 1 1 [:: shear_layer].
Definition turn_part : form_part := Part 0 [:: 1; 0; 0; 1] 1 1 (LDL 1 [::])
  [:: Contraction 0 1 1 (LDL 1 [::])] (Some (2, 1%positive, NetworkFile.Fractions 1 [:: 0; 1])).
Definition shear_claim x : growth_claim :=
  Growth 0 [:: 0%N] [:: 0; 1; 0; 1; 0; 0; 0; 0; 0] 1 1 (LDL 1 [::]) x.
Lemma turn_checked : bounded_check turn [:: turn_part] = true.
Proof. by vm_compute. Qed.
(** by its powers on (0, 1), and by the state that starts there *)
Lemma powers_checked : unbounded_check shear (shear_claim [:: 0; 1; 0]) = true.
Proof. by vm_compute. Qed.
Lemma state_checked : unbounded_check shear (shear_claim [:: 0; 1; 1]) = true.
Proof. by vm_compute. Qed.
End Instance.

Theorem turn_bounded : bounded_holds Instance.turn [:: Instance.turn_part].
Proof. exact: bounded_check_sound Instance.turn_checked. Qed.
Theorem shear_unbounded (R : rcfType) :
  grows (1 : R) (fun k => Stability.square (iter k (mulmx (mprod (matrix_at R Instance.shear_layer) [:: 0%N]))
    (col_of R 2 [:: Z0; Zpos xH]))) /\
  grows (1 : R) (fun k => Stability.square (col ord0
    (state_after (start_state R Instance.shear_layer) (flatten (nseq k [:: 0%N]))))).
Proof.
have [_ /(_ R) [_ _ powers]] := unbounded_check_sound Instance.powers_checked.
have [_ /(_ R) [_ _ state]] := unbounded_check_sound Instance.state_checked.
rewrite /ratio /= ZR1 divr1 in powers state; split.
  by apply: grows_ext powers => k; congr (Stability.square (iter k _ _)); apply/matrixP => i j; rewrite !mxE; case: i => [[|[]]].
case: state => i _; have -> // : i = ord0 by apply: val_inj; case: i => [[]].
Qed.

Corollary shear_has_no_form (R : rcfType) P least den above num qden squares more states :
  bounded_check Instance.shear
    [:: Part 0 P least den above (Contraction 0 num qden squares :: more) states] = false.
Proof.
apply/negP => /bounded_check_sound /(_ _ (or_introl erefl)) [_ /(_ R) [l0 ab con _]].
have [/andP [q0 q1] c] := con _ (or_introl erefl).
apply: (Stability.jordan_no_form (Stability.above_definite l0 ab)) => u; rewrite expr1n mul1r.
have -> : Stability.jordan R = matrix_at R Instance.shear_layer 0.
  apply/matrixP => i j; rewrite !mxE /number /= invr1 mul1r.
  by case: i => [[|[|//]] ?]; case: j => [[|[|//]] ?].
apply: le_trans (c u) _; rewrite -[X in _ <= X]mul1r; apply: ler_wpmul2r.
  exact: Stability.form_ge0 _ (Stability.above_definite l0 ab).
by rewrite exprn_ile1.
Qed.
