(** FactorPencil.v -- when rank(A - I) factors with 0 <= beta <= 2 are not enough.

    Statement ([pencil_real]): let A be a product of rank(A - I) factors I - beta v v^T / (v^T v)
    with 0 <= beta <= 2, and Y = Z (I - A) with Y (I - A) = I - A^T A.  Then all eigenvalues of Y
    are real and >= 0, namely 0 and 2 - beta.  So if Y has another
    eigenvalue, A takes more factors ([more_than_rank]); the rotation by a quarter, halved, takes
    three (FactorCheck.v).
    Proof.  Let V have the columns v_i, in the order in which the factors act, and W the columns
    w_i = C_1 .. C_(i-1) v_i.  Then I - A = V B W^T and I - A^T A = W L B W^T with the diagonal
    matrices of beta_i / (v_i^T v_i) and 2 - beta_i; and W = V U with U unitriangular.  As
    rank(A - I) is the number of factors, V and W have full rank and B an inverse, so
    Y V = W L = V U L, and Y = V (U L (V^T V)^-1 V^T).  The eigenvalues of a product V S are those
    of S V, here of U L, and 0.
    Source: FORMAT.md 4.5; our own. *)
From mathcomp Require Import all_ssreflect all_algebra complex ring.
From Statewright Require Import ParityImpossible SymRound KdaRound TraceHankel SpectrumEvidence Householder.
From Statewright Require OneLayer.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

(** * 1. Eigenvalues of products and of triangular matrices *)
Section Eigenvalues.
Variable R : rcfType.

(** (l - a + b i) (x + y i) = 0 *)
Lemma pair_scalar n (x y : 'rV[R]_n) (l a b : R) : (x != 0) || (y != 0) ->
  l *: x = a *: x - b *: y -> l *: y = b *: x + a *: y -> b = 0 /\ a = l.
Proof.
move=> xy h1 h2.
have kill (u v : 'rV[R]_n) (c : R) : u != 0 -> (l - a) *: u = - (c *: v) -> (l - a) *: v = c *: u ->
    (c = 0 /\ a = l).
  move=> u0 e1 e2; have : ((l - a) ^+ 2 + c ^+ 2) *: u = 0.
    by rewrite scalerDl expr2 -scalerA e1 scalerN scalerA [_ * c]mulrC -scalerA e2 scalerA -expr2 addNr.
  move/eqP; rewrite scaler_eq0 (negbTE u0) orbF paddr_eq0 ?sqr_ge0 // !sqrf_eq0 subr_eq0.
  by move=> /andP [/eqP -> /eqP ->].
have e1 : (l - a) *: x = - (b *: y) by rewrite scalerBl h1 addrC addrA addNr add0r.
have e2 : (l - a) *: y = b *: x by rewrite scalerBl h2 addrK.
case/orP: xy => [x0|y0]; first exact: kill x0 e1 e2.
have [||b0 ->] := @kill y x (- b) y0; rewrite ?scaleNr ?opprK //.
by split=> //; apply/eqP; rewrite -oppr_eq0 b0.
Qed.

Lemma good_swap n k (V : 'M[R]_(n, k)) (S : 'M[R]_(k, n)) : good true (S *m V) -> good true (V *m S).
Proof.
move=> gd x y a b xy [h1 h2]; have [z|nz] := boolP ((x *m V == 0) && (y *m V == 0)).
  move: z => /andP [/eqP xV /eqP yV]; rewrite mulmxA xV mul0mx in h1; rewrite mulmxA yV mul0mx in h2.
  by have [||-> ->] := @pair_scalar n x y 0 a b xy; rewrite ?scale0r.
apply: (gd (x *m V) (y *m V)); first by rewrite -negb_and.
split; first by rewrite mulmxA -(mulmxA x) h1 mulmxBl -!scalemxAl.
by rewrite mulmxA -(mulmxA y) h2 mulmxDl -!scalemxAl.
Qed.

Lemma good_block k (l : R) (r : 'rV[R]_k) (M : 'M[R]_k) : 0 <= l -> good true M ->
  good true (block_mx (l%:M : 'M_1) r 0 M : 'M[R]_(1 + k)).
Proof.
move=> l0 gd x y a b; rewrite -[x]hsubmxK -[y]hsubmxK.
set x1 := lsubmx x; set x2 := rsubmx x; set y1 := lsubmx y; set y2 := rsubmx y.
move=> xy []; rewrite !mul_row_block !mulmx0 !addr0 !mul_mx_scalar !scale_row_mx.
rewrite opp_row_mx !add_row_mx => /eq_row_mx [h1 h2] /eq_row_mx [h3 h4].
have [z|nz] := boolP ((x1 == 0) && (y1 == 0)); last first.
  by rewrite negb_and in nz; have [-> ->] := pair_scalar nz h1 h3.
move: z => /andP [/eqP x0 /eqP y0]; move: h2 h4; rewrite x0 y0 !mul0mx !add0r => h2 h4.
apply: (gd x2 y2) => //; move: xy; rewrite x0 y0; apply: contraLR; rewrite !negb_or !negbK.
by move=> /andP [/eqP -> /eqP ->]; rewrite row_mx0 eqxx.
Qed.
End Eigenvalues.

(** * 2. The factors of a product *)
Section Factors.
Variables (R : rcfType) (n : nat).
Implicit Types (A Y Z : 'M[R]_n) (v : 'cV[R]_n) (f : R * 'cV[R]_n) (fs : seq (R * 'cV[R]_n)).

Definition coefficient f : R := f.1 / dot f.2 f.2.
Lemma gh_sym f : (gh f)^T = gh f.
Proof. by rewrite /gh /delta linearB linearZ /= trmx1 trmx_mul trmxK. Qed.
Lemma ghE f : 1%:M - gh f = coefficient f *: (f.2 *m f.2^T).
Proof. by rewrite /gh /delta opprB addrC subrK. Qed.
Lemma gh_square f : 1%:M - gh f *m gh f = (2%:R - f.1) * coefficient f *: (f.2 *m f.2^T).
Proof.
set v := f.2; set b := coefficient f; set N := v *m v^T.
have -> : gh f = 1%:M - b *: N by rewrite -ghE opprB addrC subrK.
have NN : N *m N = dot v v *: N.
  by rewrite /N mulmxA -[v *m v^T *m v]mulmxA [v^T *m v]mx11_scalar mul_mx_scalar -scalemxAl.
have -> : (1%:M - b *: N) *m (1%:M - b *: N) = 1%:M - (b + (b - b * (b * dot v v))) *: N.
  rewrite mulmxBr mulmx1 mulmxBl mul1mx -scalemxAl -scalemxAr NN.
  by rewrite [in RHS]scalerDl [in RHS]scalerBl [in RHS]opprD [in RHS]addrA -!scalerA.
rewrite opprB addrC subrK; congr (_ *: _).
rewrite /b /coefficient -/v; set s := dot v v; have [->|s0] := eqVneq s 0; last by field.
by rewrite invr0; ring.
Qed.

Lemma scalar_diag (c : R) : diag_mx (c%:M : 'rV[R]_1) = c%:M :> 'M_1.
Proof. by apply/matrixP => i j; rewrite !ord1 !mxE. Qed.

(** keys, duals, coefficients, 2 - beta, and U *)
Lemma factored fs : contracting fs ->
  exists k (V W : 'M[R]_(n, k)) (b l : 'rV[R]_k) (U : 'M[R]_k),
  [/\ k = size fs, 1%:M - product fs = V *m diag_mx b *m W^T,
      1%:M - (product fs)^T *m product fs = W *m diag_mx l *m diag_mx b *m W^T,
      W = V *m U & good true (U *m diag_mx l)].
Proof.
elim: fs => [|f fs IH] /=.
  move=> _; exists 0%N, 0, 0, 0, 0, 0; rewrite trmx1 mul1mx subrr !mul0mx.
  by split=> // x y a b; rewrite !thinmx0 eqxx.
move=> /andP [/andP [b0 b2] /IH [k [V [W [b [l [U [kE e1 e2 WU gd]]]]]]]] {IH}.
set P := product fs in e1 e2 *; set G := gh f.
pose r : 'rV[R]_k := coefficient f *: (f.2^T *m W).
exists (1 + k)%N, (row_mx f.2 V), (row_mx f.2 (G *m W)), (row_mx (coefficient f)%:M b),
  (row_mx (2%:R - f.1)%:M l), (block_mx 1%:M (- r) 0 U); split.
- by rewrite kE.
- have -> : 1%:M - P *m G = (1%:M - P) *m G + (1%:M - G).
    by rewrite [X in _ = X + _]mulmxBl mul1mx [RHS]addrC addrA subrK.
  rewrite e1 ghE diag_mx_row scalar_diag mul_row_block !mulmx0 addr0 add0r tr_row_mx mul_row_col.
  by rewrite addrC mul_mx_scalar -scalemxAl trmx_mul gh_sym !mulmxA.
- rewrite trmx_mul gh_sym -/G.
  have -> : 1%:M - G *m P^T *m (P *m G) = G *m (1%:M - P^T *m P) *m G + (1%:M - G *m G).
    by rewrite [G *m (_ - _)]mulmxBr mulmx1 mulmxBl [RHS]addrC addrA subrK !mulmxA.
  rewrite e2 gh_square !diag_mx_row !scalar_diag !mul_row_block !mulmx0 !addr0 !add0r.
  rewrite tr_row_mx mul_row_col addrC !mul_mx_scalar scalerA [coefficient f * _]mulrC -scalemxAl.
  congr (_ + _).
  by rewrite trmx_mul gh_sym !mulmxA.
- rewrite mul_row_block !mulmx1 !mulmx0 addr0 -WU; congr row_mx.
  have -> : G = 1%:M - coefficient f *: (f.2 *m f.2^T) by rewrite -ghE opprB addrC subrK.
  by rewrite mulmxBl mul1mx -scalemxAl -mulmxA scalemxAr mulmxN addrC.
rewrite diag_mx_row scalar_diag mulmx_block !mulmx0 !mul0mx !add0r !addr0 mul1mx.
by apply: good_block; rewrite ?subr_ge0.
Qed.

Lemma gram_unit k (V : 'M[R]_(n, k)) : row_free V^T -> V^T *m V \in unitmx.
Proof.
move=> fr; rewrite -row_free_unit -kermx_eq0; apply/eqP/row_matrixP => i.
rewrite row0; set u := row i _; have /sub_kermxP uG : (u <= kermx (V^T *m V))%MS by apply: row_sub.
apply: (row_free_inj fr); rewrite mul0mx; apply: trmx_inj; rewrite trmx0; apply: OneLayer.dot_null; rewrite /dot trmxK trmx_mul trmxK mulmxA -[u *m _ *m V]mulmxA uG mul0mx mxE.
by rewrite lexx.
Qed.

Theorem pencil_real fs Y Z : contracting fs -> size fs = \rank (product fs - 1%:M) ->
  Y = Z *m (1%:M - product fs) ->
  Y *m (1%:M - product fs) = 1%:M - (product fs)^T *m product fs -> good true Y.
Proof.
move=> con full YZ pen; have [k [K [W [b [l [U [kE e1 e2 WU gd]]]]]]] := factored con.
set B := diag_mx b in e1 e2; set L := diag_mx l in e2 gd; rewrite -kE in full.
have rk : \rank (K *m B *m W^T) = k by rewrite -e1 -mxrank_opp opprB full.
have Wf : row_free W^T.
  by rewrite /row_free eqn_leq rank_leq_row -{1}rk mxrankM_maxr.
have rkK : \rank (K *m B) = k.
  by apply/eqP; rewrite eqn_leq rank_leq_col -{1}rk mxrankM_maxl.
have Kf : row_free K^T.
  by rewrite /row_free mxrank_tr eqn_leq rank_leq_col -{1}rkK mxrankM_maxl.
have Bu : B \in unitmx.
  by rewrite -row_free_unit /row_free eqn_leq rank_leq_row -{1}rkK mxrankM_maxr.
have YK : Y *m K = K *m U *m L.
  apply: (can_inj (mulmxK Bu)); apply: (row_free_inj Wf).
  by rewrite -WU -e2 -pen e1 !mulmxA.
have Gu := gram_unit Kf; set G := K^T *m K in Gu.
have YE : Y = K *m (U *m L *m invmx G *m K^T).
  pose N := Z *m K *m B *m U^T.
  have YN : Y = N *m K^T by rewrite YZ e1 WU trmx_mul /N !mulmxA.
  have NE : N = K *m U *m L *m invmx G.
    by apply: (can_inj (mulmxK Gu)); rewrite mulmxKV // -YK YN /G !mulmxA.
  by rewrite YN NE !mulmxA.
rewrite YE; apply: good_swap; rewrite -[_ *m K]mulmxA -/G -mulmxA mulVmx // mulmx1.
exact: gd.
Qed.
End Factors.

(** * 3. What takes more factors *)
Section More.
Variables (R : rcfType) (n : nat).
Implicit Types (A Z : 'M[R]_n.+1) (fs : seq (R * 'cV[R]_n.+1)).

Theorem more_than_rank A Z :
  let Y := Z *m (1%:M - A) in Y *m (1%:M - A) = 1%:M - A^T *m A -> ~ nonneg_spectrum Y ->
  forall fs, contracting fs -> A = product fs -> (\rank (A - 1%:M)%R < size fs)%N.
Proof.
move=> Y pen neg fs con e; rewrite ltn_neqAle at_least_rank // andbT; apply/eqP => full.
by apply: neg; apply: good_nonneg; apply: (@pencil_real _ _ fs Y Z); rewrite -?e.
Qed.
End More.
