(** KdaRound.v -- DeltaNet, Gated DeltaNet and KDA with one rounding per coordinate and step.

    Statement ([kda_no_parity], [kda_no_mod_count]): stacks of any depth of layers
    h' = rnd(A h + b), A = (I - beta k k^T) Diag(a) with gates a_i >= 0, beta >= 0 and
    beta k.k <= 1, any monotone rounding of finite range per coordinate, come to rest on a
    constant letter: they decide no parity and count modulo nothing.  Gates may be 0, and
    need not be at most 1.  The same for a (I - beta k k^T) ([gated_delta_no_parity]) and
    for Diag(a) (I - beta k k^T) with a_i > 0 ([gates_last_weighted]).  States that are
    matrices, of which A maps every column, are covered by [columnwise_weighted].
    Proof.  S = I - beta k k^T is symmetric positive semidefinite, so with the gates as
    weights Diag(a) A = Diag(a) S Diag(a) is, and u.Diag(a) S Diag(a) u = 0 gives
    S Diag(a) u = 0; SymRound.v does the rest.
    The possibilities beside it, in the same model: [beta_two_parity], KDA with beta = 2;
    [two_factors_parity], where the gates are replaced by a second I - beta k k^T.
    Source: our own; the layers are those of DeltaNet, Gated DeltaNet (arXiv:2412.06464)
    and Kimi Delta Attention (arXiv:2510.26692). *)
From mathcomp Require Import all_ssreflect all_algebra ring.
From Statewright Require Import ParityImpossible SymRound SymNoParity.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Factors.
Variables (R : realFieldType) (n : nat).
Implicit Types (S : 'M[R]_n) (k u v : 'cV[R]_n) (a : 'I_n -> R).

Lemma dotC u v : dot u v = dot v u.
Proof. by rewrite /dot !mxE; apply: eq_bigr => i _; rewrite !mxE mulrC. Qed.
Lemma dotBr u v v' : dot u (v - v') = dot u v - dot u v'.
Proof. by rewrite /dot mulmxBr !mxE. Qed.
Lemma dotZr u c v : dot u (c *: v) = c * dot u v.
Proof. by rewrite /dot -scalemxAr mxE. Qed.
Lemma dot_ge0 u : 0 <= dot u u.
Proof. by rewrite /dot mxE sumr_ge0 // => i _; rewrite mxE -expr2 sqr_ge0. Qed.

(** One generalised Householder factor, I - beta k k^T. *)
Definition delta beta k : 'M[R]_n := 1%:M - beta *: (k *m k^T).

Lemma delta_mul beta k u : delta beta k *m u = u - (beta * dot k u) *: k.
Proof.
rewrite mulmxBl mul1mx -scalemxAl -mulmxA -scalerA; congr (_ - _ *: _).
by rewrite [k^T *m u]mx11_scalar mul_mx_scalar.
Qed.

Lemma delta_sym_psd beta k : 0 <= beta -> beta * dot k k <= 1 -> sym_psd (delta beta k).
Proof.
move=> b0 bk; split=> [|u].
  by rewrite /delta linearB linearZ /= trmx1 trmx_mul trmxK.
have -> : bf (delta beta k) u u = dot u u - beta * dot k u ^+ 2.
  by rewrite /bf -mulmxA delta_mul -/(dot u _) dotBr dotZr [dot u k]dotC expr2 mulrA.
set p := beta * dot k u.
have sq : dot (u - p *: k) (u - p *: k) = dot u u - p * dot k u *+ 2 + p ^+ 2 * dot k k.
  by rewrite dotBr dotZr ![dot (_ - _) _]dotC !dotBr !dotZr [dot u k]dotC; ring.
apply: le_trans (dot_ge0 (u - p *: k)) _.
have -> : dot u u - beta * dot k u ^+ 2 = dot (u - p *: k) (u - p *: k) +
    beta * dot k u ^+ 2 * (1 - beta * dot k k) by rewrite sq /p; ring.
rewrite ler_addl; apply: mulr_ge0; last by rewrite subr_ge0.
by apply: mulr_ge0 => //; apply: sqr_ge0.
Qed.

(** As architectures have it: a key of length at most 1, beta in [0, 1]. *)
Lemma unit_key beta k : 0 <= beta -> beta <= 1 -> dot k k <= 1 -> beta * dot k k <= 1.
Proof. by move=> b0 b1 k1; apply: mulr_ile1 => //; apply: dot_ge0. Qed.

(** a (I - beta k k^T) *)
Lemma scaled_sym_psd c S : 0 <= c -> sym_psd S -> sym_psd (c *: S).
Proof.
move=> c0 [St Sp]; split=> [|u]; first by rewrite linearZ /= St.
by rewrite /bf -scalemxAr -scalemxAl mxE; apply: mulr_ge0 => //; apply: Sp.
Qed.

(** S Diag(a): the gates act first. *)
Lemma gates_first_weighted_by S a : (forall i, 0 <= a i) -> sym_psd S ->
  weighted_psd_by (S *m weights a) a.
Proof.
move=> a0 sp; set W := weights a; have Wt : W^T = W by apply: tr_diag_mx.
have bfW u v : bf (W *m (S *m W)) u v = bf S (W *m u) (W *m v).
  by rewrite /bf trmx_mul Wt !mulmxA.
split=> // [|u WSW0].
  split=> [|u]; first by rewrite !trmx_mul Wt sp.1 mulmxA.
  by rewrite bfW; apply: sp.2.
rewrite -mulmxA; apply: (bf_null sp); rewrite -bfW.
by rewrite /bf -mulmxA WSW0 mulmx0 mxE.
Qed.

Lemma gates_first_weighted S a : (forall i, 0 <= a i) -> sym_psd S ->
  weighted_psd (S *m weights a).
Proof. by exists a; apply: gates_first_weighted_by. Qed.

(** Diag(a) S: the gates act last, and none may be 0. *)
Lemma gates_last_weighted S a : (forall i, 0 < a i) -> sym_psd S ->
  weighted_psd (weights a *m S).
Proof.
move=> a0 sp; exists (fun i => (a i)^-1).
have inv : weights (fun i => (a i)^-1) *m weights a = 1%:M.
  apply/matrixP => i j; rewrite mul_diag_mx !mxE mulrnAr mulVf //.
  by rewrite gt_eqF.
have inv' : weights a *m weights (fun i => (a i)^-1) = 1%:M by apply: mulmx1C.
rewrite /weighted_psd_by mulmxA inv mul1mx; split=> // [i|u Su]; first by rewrite invr_ge0 ltW.
by rewrite -mulmxA Su mulmx0.
Qed.
End Factors.

(** A state of d columns, each mapped by A, as one vector. *)
Section Columns.
Variables (R : realFieldType) (n d : nat) (A : 'M[R]_n).

Definition columnwise : 'M[R]_(n * d) := (lin_mx (@mulmx R n n d A))^T.
Lemma columnwiseE (H : 'M[R]_(n, d)) : columnwise *m (mxvec H)^T = (mxvec (A *m H))^T.
Proof. by rewrite -trmx_mul mul_vec_lin. Qed.

Lemma as_columns (u : 'cV[R]_(n * d)) : exists H : 'M[R]_(n, d), u = (mxvec H)^T.
Proof. by exists (vec_mx u^T); rewrite vec_mxK trmxK. Qed.

Lemma dot_columns (H K : 'M[R]_(n, d)) :
  dot (mxvec H)^T (mxvec K)^T = \sum_j dot (col j H) (col j K).
Proof.
have -> : \sum_j dot (col j H) (col j K) = \sum_i \sum_j H i j * K i j.
  rewrite exchange_big; apply: eq_bigr => j _; rewrite /dot mxE.
  by apply: eq_bigr => i _; rewrite !mxE.
rewrite pair_bigA /dot mxE (reindex _ (curry_mxvec_bij n d)) /=.
by apply: eq_bigr => -[i j] _ /=; rewrite trmxK !mxE !mxvecE.
Qed.

Lemma col_mulmx (M : 'M[R]_n) (H : 'M[R]_(n, d)) j : col j (M *m H) = M *m col j H.
Proof. by apply/colP => i; rewrite !mxE; apply: eq_bigr => l _; rewrite !mxE. Qed.

Theorem columnwise_weighted : weighted_psd A -> weighted_psd columnwise.
Proof.
move=> [a [a0 sp null]]; set W := weights a in sp null.
pose a' l := mxvec (\matrix_(i < n, j < d) a i) 0 l; exists a'.
have W'E (H : 'M[R]_(n, d)) : weights a' *m (mxvec H)^T = (mxvec (W *m H))^T.
  apply/colP => l; case/mxvec_indexP: l => i j.
  by rewrite /W /weights mul_diag_mx !mxE mxvecE /a' !mxvecE mul_diag_mx !mxE.
have bfE (H K : 'M[R]_(n, d)) : bf (weights a' *m columnwise) (mxvec H)^T (mxvec K)^T =
    \sum_j bf (W *m A) (col j H) (col j K).
  rewrite /bf -!mulmxA columnwiseE W'E -/(dot _ _) dot_columns; apply: eq_bigr => j _.
  by rewrite !col_mulmx /dot !mulmxA.
split.
- by move=> l; case/mxvec_indexP: l => i j; rewrite /a' mxvecE mxE.
- split=> [|u]; last first.
    by have [H ->] := as_columns u; rewrite bfE sumr_ge0 // => j _; apply: sp.2.
  apply: bf_sym => u v; have [H ->] := as_columns u; have [K ->] := as_columns v.
  by rewrite !bfE; apply: eq_bigr => j _; apply: bfC.
move=> u; have [H ->] := as_columns u; rewrite -mulmxA columnwiseE W'E => /(congr1 trmx).
rewrite trmxK linear0 => /(congr1 vec_mx); rewrite mxvecK linear0 => WAH.
suff -> : A *m H = 0 by rewrite !linear0.
apply/matrixP => i j; have : A *m col j H = 0.
  by apply: null; rewrite -mulmxA -!col_mulmx WAH; apply/colP => l; rewrite !mxE.
by rewrite -col_mulmx => /colP /(_ i); rewrite !mxE.
Qed.
End Columns.

Section Networks.
Variable R : realFieldType.
Implicit Types (L : slayer R) (N : seq (slayer R)).

(** Every letter's transition is of the family; the biases are free. *)
Definition kda_layer L := forall x, exists beta (k : 'cV[R]_(sn L)) a,
  [/\ 0 <= beta, beta * dot k k <= 1, forall i, 0 <= a i & sA L x = delta beta k *m weights a].
Definition gated_delta_layer L := forall x, exists c beta (k : 'cV[R]_(sn L)),
  [/\ 0 <= c, 0 <= beta, beta * dot k k <= 1 & sA L x = c *: delta beta k].

Lemma kda_weighted L : kda_layer L -> weighted_layer L.
Proof.
move=> kda x; have [beta [k [a [b0 bk a0 ->]]]] := kda x.
by apply: gates_first_weighted => //; apply: delta_sym_psd.
Qed.
(** Gated DeltaNet is KDA with equal gates. *)
Lemma gated_delta_kda L : gated_delta_layer L -> kda_layer L.
Proof.
move=> gd x; have [c [beta [k [c0 b0 bk ->]]]] := gd x; exists beta, k, (fun _ => c).
split=> //; have -> : weights (fun _ : 'I_(sn L) => c) = c%:M.
  by apply/matrixP => i j; rewrite !mxE.
by rewrite mul_mx_scalar.
Qed.

Theorem kda_evconst N x : (forall L, List.In L N -> kda_layer L) ->
  evconst x -> evconst (snet N x).
Proof. by move=> kda; apply: weighted_evconst => L /kda /kda_weighted. Qed.

Theorem kda_no_parity N (accept : nat -> bool) : (forall L, List.In L N -> kda_layer L) ->
  ~ (forall t, accept (snet N (fun _ => 1%N) t) = odd t.+1).
Proof. by move=> kda; apply: weighted_no_parity => L /kda /kda_weighted. Qed.

Theorem kda_no_mod_count N (accept : nat -> bool) m : (1 < m)%N ->
  (forall L, List.In L N -> kda_layer L) ->
  ~ (forall t, accept (snet N (fun _ => 1%N) t) = (m %| t.+1)%N).
Proof. by move=> m1 kda; apply: weighted_no_mod_count => // L /kda /kda_weighted. Qed.

Theorem gated_delta_no_parity N (accept : nat -> bool) :
  (forall L, List.In L N -> gated_delta_layer L) ->
  ~ (forall t, accept (snet N (fun _ => 1%N) t) = odd t.+1).
Proof. by move=> gd; apply: kda_no_parity => L /gd /gated_delta_kda. Qed.

Theorem gated_delta_no_mod_count N (accept : nat -> bool) m : (1 < m)%N ->
  (forall L, List.In L N -> gated_delta_layer L) ->
  ~ (forall t, accept (snet N (fun _ => 1%N) t) = (m %| t.+1)%N).
Proof. by move=> m1 gd; apply: kda_no_mod_count => // L /gd /gated_delta_kda. Qed.

(** * What beta k.k <= 1 and the diagonal are needed for *)

(** beta = 2 and the gate 1: A = -1. *)
Theorem beta_two_parity : exists L : slayer R,
  (forall x, sA L x = delta 2%:R (const_mx 1) *m weights (fun _ => 1)) /\
  forall t, (snet [:: L] (fun _ => 1%N) t == 1)%N = odd t.+1.
Proof.
exists (indefinite_layer R); split=> [x|t]; last exact: indefinite_parity.
apply/matrixP => i j; rewrite /= !ord1 mul_mx_diag !mxE big_ord1 !mxE eqxx !mulr1 !mulr1n.
by ring.
Qed.

(** Two factors with beta k.k = 1 each, orthogonal to (2, 1) and to (2, -3):
    A = (2, 1) (2, -3)^T / 65 takes (1, 1) to the other side of 0. *)
Definition key1 : 'cV[R]_2 := \col_i (if i == 0 then 1 else - 2%:R).
Definition key2 : 'cV[R]_2 := \col_i (if i == 0 then 3%:R else 2%:R).
Definition two_factors : 'M[R]_2 := delta 5%:R^-1 key1 *m delta 13%:R^-1 key2.
Definition two_factors_layer : slayer R :=
  @SLayer R 2 (fun _ => two_factors) (fun _ => 0) (const_mx (-1)) 1 (fun _ => @sign_code R)
    (fun _ => @sign_value R) (fun f _ => f ord0) (fun _ => @sign_code_mono R)
    (fun _ => @sign_code_bnd R) (fun _ => @sign_value_mono R).

Lemma two_factors_allowed : 5%:R^-1 * dot key1 key1 = 1 /\ 13%:R^-1 * dot key2 key2 = 1.
Proof.
rewrite /dot !mxE !big_ord_recr !big_ord0 /= !mxE /=.
by split; field; rewrite ?pnatr_eq0.
Qed.

Lemma two_factorsE (s : R) i : (two_factors *m (const_mx s : 'cV[R]_2)) i 0 =
  - s * (if i == 0 then 2%:R else 1) / 65%:R.
Proof.
have dot2 (u v : 'cV[R]_2) : dot u v = u 0 0 * v 0 0 + u 1 0 * v 1 0.
  rewrite /dot mxE 2!big_ord_recl big_ord0 addr0 !mxE.
  by have -> : lift ord0 ord0 = 1 :> 'I_2 by apply: val_inj.
rewrite /two_factors -mulmxA !delta_mul !mxE !dot2 !mxE /=.
by case: eqP => _; field; rewrite ?pnatr_eq0.
Qed.

Theorem two_factors_parity t :
  (snet [:: two_factors_layer] (fun _ => 1%N) t == 1)%N = odd t.+1.
Proof.
have pos (i : 'I_2) : 0 < (if i == 0 then 2%:R else 1) / 65%:R :> R.
  by rewrite divr_gt0 ?ltr0n //; case: eqP; rewrite ?ltr01 ?ltr0n.
have code (s : R) i : sign_code ((two_factors *m (const_mx s : 'cV[R]_2) + 0) i 0) = (s < 0) :> nat.
  by rewrite addr0 two_factorsE /sign_code -mulrA mulNr oppr_gt0 pmulr_llt0.
pose S n := sst two_factors_layer (fun _ => 1%N) n.
have SS n : S n.+1 = rndv (fun _ => @sign_code R) (fun _ => @sign_value R) (two_factors *m S n + 0).
  by [].
have SE n : S n = const_mx (if odd n then 1 else -1).
  elim: n => [//|n IH]; rewrite SS IH.
  apply/colP => i; rewrite [LHS]mxE [RHS]mxE code -[odd n.+1]/(~~ odd n).
  by case: (odd n); rewrite ?ltrN10 // lt_gtF ?ltr01.
have -> : snet [:: two_factors_layer] (fun _ => 1%N) t = sign_code ((two_factors *m S t + 0) ord0 0).
  by rewrite -[LHS]/(scode two_factors_layer (fun _ => 1%N) t ord0) ffunE.
rewrite SE code -[odd t.+1]/(~~ odd t).
by case: (odd t); rewrite ?ltrN10 // lt_gtF ?ltr01.
Qed.
End Networks.
