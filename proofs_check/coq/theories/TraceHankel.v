(** TraceHankel.v -- two matrices of traces decide whether a real matrix has a real,
    non-negative spectrum.

    For an n x n matrix A let H_r = (tr A^(i+j+r)), i, j < n.
    - H_0 positive semidefinite  =>  every eigenvalue is real ([hankel0_real_spectrum]);
    - H_0 and H_1 positive semidefinite  =>  the characteristic polynomial is a
      product of X - l with l real and l >= 0 ([hankel_nonneg_spectrum]), the
      hypothesis of the theorems in ParityImpossible.v;
    - the converse holds too ([nonneg_spectrum_hankel]), so one vector with a negative
      value refutes.
    Defective and repeated eigenvalues need no special care: no Jordan form, no
    minimal polynomial.  Source: Hermite's theorem on root counting by the form of
    power sums (1856), with traces for the power sums.

    Proof.  The complex matrix is brought to block triangular form one eigenvector
    after another, so tr A^k is the sum of the l^k over the eigenvalues l with their
    multiplicity; hence q^T H_r q = sum of l^r q(l)^2 for a real polynomial q of degree
    below n.  A non-real l0 gets a real q with q(l0) = i that vanishes on all other
    eigenvalues but conj l0: the form is negative.  A negative l0 gets a q that
    vanishes on all others.  Both q come from char_poly A = f^e g, f not dividing g,
    with f = (X - l0)(X - conj l0), and with f = X - l0.
    MathComp 1.15 and real-closed; no axioms. *)
From mathcomp Require Import all_ssreflect all_algebra complex ring.
From Statewright Require Import ParityImpossible.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

(** * 1. Over a closed field: the spectrum and the traces of the powers *)
Section Closed.
Variable C : closedFieldType.

Definition mpow n (A : 'M[C]_n) k : 'M[C]_n := iter k (mulmx A) 1%:M.
Lemma mpowS n (A : 'M[C]_n) k : mpow A k.+1 = A *m mpow A k.
Proof. by []. Qed.

Lemma char_poly_conj n (E A : 'M[C]_n) : E \in unitmx ->
  char_poly (E *m A *m invmx E) = char_poly A.
Proof.
move=> uE; rewrite /char_poly; set P := map_mx polyC E; set Q := map_mx polyC (invmx E).
have PQ : P *m Q = 1%:M by rewrite -map_mxM mulmxV // map_mx1.
have -> : char_poly_mx (E *m A *m invmx E) = P *m char_poly_mx A *m Q.
  rewrite /char_poly_mx mulmxBr mulmxBl !map_mxM; congr (_ - _).
  by rewrite -mulmxA mul_scalar_mx -scalemxAr PQ scalemx1.
by rewrite !det_mulmx mulrAC -det_mulmx PQ det1 mul1r.
Qed.

Lemma mpow_conj n (E A : 'M[C]_n) k : E \in unitmx ->
  mpow (E *m A *m invmx E) k = E *m mpow A k *m invmx E.
Proof.
move=> uE; elim: k => [|k IH]; first by rewrite /mpow /= mulmx1 mulmxV.
by rewrite mpowS IH !mulmxA mulmxKV.
Qed.

(** an eigenvector as the first row of a basis: one step towards triangular form *)
Lemma deflate n (A : 'M[C]_(1 + n)) : exists (E : 'M[C]_(1 + n)) a u B,
  E \in unitmx /\ E *m A *m invmx E = block_mx a%:M 0 u B.
Proof.
have [|a] := closed_rootP (char_poly A) _; first by rewrite size_char_poly.
rewrite -eigenvalue_root_char => /eigenvalueP [v va v0].
pose E := row_ebase v; have uE : E \in unitmx := row_ebase_unit v.
pose w : 'rV[C]_(1 + n) := row_mx 1%:M 0 *m E.
have wa : w *m A = a *: w.
  have -> : w = invmx (col_ebase v) *m v.
    rewrite -{2}(mulmx_ebase v) rank_rV v0 -!mulmxA mulKmx ?col_ebase_unit //.
    by congr (_ *m _); rewrite pid_mx_row.
  by rewrite -mulmxA va scalemxAr.
pose M := E *m A *m invmx E.
have rM : row_mx 1%:M 0 *m M = a *: row_mx (1%:M : 'M[C]_1) 0.
  by rewrite /M !mulmxA -/w wa -scalemxAl mulmxK.
exists E, a, (dlsubmx M), (drsubmx M); split=> //.
rewrite -/M -[LHS]submxK; move: rM; rewrite -{1}[M]submxK mul_row_block !mul1mx !mul0mx !addr0.
by rewrite scale_row_mx scaler0 scalemx1 => /eq_row_mx [-> ->].
Qed.

Lemma spectral n (A : 'M[C]_n) : exists s : seq C,
  char_poly A = \prod_(l <- s) ('X - l%:P) /\
  forall k, \tr (mpow A k) = \sum_(l <- s) l ^+ k.
Proof.
elim: n A => [|n IH] A.
  exists [::]; rewrite big_nil /char_poly det_mx00; split=> // k.
  by rewrite big_nil /mxtrace big_ord0.
have [E [a [u [B [uE e]]]]] := @deflate n A; have [s [cs ts]] := IH B.
exists (a :: s); rewrite -(char_poly_conj _ uE) e; split.
  rewrite big_cons -cs /char_poly /char_poly_mx map_block_mx (scalar_mx_block 1 n) opp_block_mx.
  rewrite add_block_mx map_mx0 subr0 det_lblock map_scalar_mx /=; congr (_ * _).
  by rewrite -raddfB /= det_scalar1.
move=> k; rewrite big_cons -ts.
have <- : \tr (mpow (E *m A *m invmx E) k) = \tr (mpow A k).
  by rewrite mpow_conj // mxtrace_mulC mulKmx.
rewrite e; have [v ->] : exists v,
    mpow (block_mx a%:M 0 u B) k = block_mx (a ^+ k)%:M 0 v (mpow B k).
  elim: k => [|k [v IHk]]; first by exists 0; rewrite expr0 -scalar_mx_block.
  exists (u *m (a ^+ k)%:M + B *m v).
  rewrite mpowS IHk mulmx_block !mul0mx !mulmx0 !addr0 add0r exprS.
  by rewrite -scalar_mxM.
by rewrite mxtrace_block mxtrace_scalar.
Qed.
End Closed.

(** * 2. The trace-Hankel form *)
(** [p = f ^ e * g] with [f] not dividing [g] *)
Lemma split_power (F : fieldType) (f p : {poly F}) : p != 0 -> (1 < size f)%N ->
  exists e g, p = f ^+ e * g /\ ~~ (f %| g)%R.
Proof.
move=> p0 f1; have [k] := ubnP (size p); elim: k p p0 => // k IH p p0; rewrite ltnS => pk.
case: (boolP (f %| p)%R) => [fp|nf]; last by exists 0%N, p; rewrite expr0 mul1r.
have pE := divpK fp; have q0 : (p %/ f)%R != 0 by apply: contraNneq p0 => e; rewrite -pE e mul0r.
have f0 : f != 0 by rewrite -size_poly_gt0 ltnW.
have [|e [g [eg ng]]] := IH _ q0.
  apply: leq_trans pk; rewrite size_divp // ltn_subrL -subn1 subn_gt0 f1.
  by rewrite size_poly_gt0 p0.
by exists e.+1, g; rewrite exprSr mulrAC -eg pE.
Qed.

Section Hankel.
Variable R : rcfType.
Local Notation C := R[i].
Local Notation toC := (real_complex R).

Definition psd n (H : 'M[R]_n) := forall u : 'rV[R]_n, 0 <= (u *m H *m u^T) 0 0.
Definition hankel n (A : 'M[R]_n.+1) (r : nat) : 'M[R]_n.+1 :=
  \matrix_(i, j) \tr (A ^+ (i + j + r)).

Section One.
Variables (n : nat) (A : 'M[R]_n.+1) (s : seq C).
Hypothesis cs : char_poly (map_mx toC A) = \prod_(l <- s) ('X - l%:P).
Hypothesis ts : forall k, \tr (mpow (map_mx toC A) k) = \sum_(l <- s) l ^+ k.

Lemma tr_pow k : toC (\tr (A ^+ k)) = \sum_(l <- s) l ^+ k.
Proof.
rewrite -ts -trace_map_mx; congr (\tr _); elim: k => [|k IH].
  by rewrite expr0 map_mx1.
by rewrite mpowS -IH -map_mxM exprS.
Qed.

(** the form at the coefficients of q is the sum of l^r q(l)^2 over the eigenvalues *)
Lemma form_sum r (q : {poly R}) : (size q <= n.+1)%N ->
  let u : 'rV[R]_n.+1 := \row_i q`_i in
  toC ((u *m hankel A r *m u^T) 0 0) = \sum_(l <- s) l ^+ r * (map_poly toC q).[l] ^+ 2.
Proof.
move=> sq u; have ev l : (map_poly toC q).[l] = \sum_(i < n.+1) toC q`_i * l ^+ i.
  rewrite (horner_coef_wide l (_ : size (map_poly toC q) <= n.+1)%N) ?size_map_poly //.
  by apply: eq_bigr => i _; rewrite coef_map.
rewrite mxE rmorph_sum /=.
transitivity (\sum_(j < n.+1) \sum_(i < n.+1) \sum_(l <- s)
  l ^+ r * (toC q`_i * l ^+ i * (toC q`_j * l ^+ j))).
  apply: eq_bigr => j _; rewrite !mxE rmorphM rmorph_sum /= mulr_suml; apply: eq_bigr => i _.
  rewrite !mxE rmorphM /= tr_pow mulr_sumr mulr_suml; apply: eq_bigr => l _.
  by rewrite !exprD; ring.
transitivity (\sum_(j < n.+1) \sum_(l <- s) \sum_(i < n.+1)
  l ^+ r * (toC q`_i * l ^+ i * (toC q`_j * l ^+ j))).
  by apply: eq_bigr => j _; rewrite exchange_big.
rewrite exchange_big; apply: eq_bigr => l _ /=.
rewrite ev expr2 mulr_sumr mulr_sumr; apply: eq_bigr => j _.
by rewrite mulr_suml mulr_sumr; apply: eq_bigr => i _.
Qed.

Lemma root_s l : (l \in s) = root (map_poly toC (char_poly A)) l.
Proof. by rewrite map_char_poly cs root_prod_XsubC. Qed.

Lemma horner_conj (q : {poly R}) (l : C) :
  (map_poly toC q).[l^*%C] = ((map_poly toC q).[l])^*%C.
Proof.
rewrite -horner_map -map_poly_comp; congr (_.[_]).
by apply: eq_map_poly => a /=; rewrite oppr0.
Qed.

(** ** Hermite: a positive semidefinite trace-Hankel matrix has only real eigenvalues *)
Lemma hankel0_real (x y : R) : psd (hankel A 0) -> (x +i* y)%C \in s -> y = 0.
Proof.
set l0 := (x +i* y)%C => H0 l0s; apply/eqP; apply: contraT => im0.
pose f : {poly R} := ('X - x%:P) ^+ 2 + (y ^+ 2)%:P; pose F := map_poly toC.
have fE l : (F f).[l] = (l - l0) * (l - l0^*%C).
  rewrite /F /f rmorphD rmorphX rmorphB /= map_polyX !map_polyC /=.
  rewrite hornerD horner_exp !hornerE /=; case: l => a b; rewrite expr2 /l0.
  by simpc; apply/eqP; rewrite eq_complex /=; apply/andP; split; apply/eqP; ring.
have sf : size f = 3%N.
  rewrite /f size_addl ?size_exp_XsubC // size_polyC; by case: (_ == _).
have div_f (g : {poly R}) : (F g).[l0] = 0 -> (f %| g)%R.
  move=> g0; have rs : (size (g %% f)%R <= 2)%N.
    by rewrite -ltnS -sf ltn_modp -size_poly_gt0 sf.
  have : (F (g %% f)%R).[l0] = 0.
    move: g0; rewrite {1}(divp_eq g f) /F rmorphD rmorphM /= hornerD hornerM.
    by rewrite [X in _ * X + _]fE subrr mul0r mulr0 add0r.
  rewrite (horner_coef_wide _ (_ : size (F (g %% f)%R) <= 2)%N) ?size_map_poly //.
  rewrite big_ord_recl big_ord1 !coef_map /= expr0 expr1 mulr1.
  set a := _`_0; set b := _`_1 => e.
  have b0 : b = 0.
    move: (congr1 (@complex.Im R) e); rewrite /= /l0; simpc => /eqP.
    by rewrite mulf_eq0 (negbTE im0) orbF => /eqP.
  have a0 : a = 0 by move: (congr1 (@complex.Re R) e); rewrite /= b0 /l0; simpc.
  apply/modp_eq0P/polyP => -[|[|i]]; rewrite coef0 //.
  by apply: nth_default; apply: leq_trans rs _.
have p0 : char_poly A != 0 := monic_neq0 (char_poly_monic A).
have [|e [g [pE ng]]] := split_power (f := f) p0; first by rewrite sf.
have pl0 : (F (char_poly A)).[l0] = 0 by apply/eqP; move: l0s; rewrite root_s.
have e0 : (0 < e)%N.
  case: e pE => // pE; move: pl0; rewrite pE expr0 mul1r => /div_f h; by rewrite h in ng.
have g0 : g != 0 by apply: contraNneq ng => ->; rewrite dvdp0.
have f0 : f != 0 by rewrite -size_poly_gt0 sf.
have sfe : size (f ^+ e) = (2 * e).+1.
  by rewrite -[LHS]prednK ?size_poly_gt0 ?expf_neq0 // size_exp sf.
have sg : (size g <= n)%N.
  have := size_char_poly A; rewrite pE size_mul ?expf_neq0 // sfe addSn /= => h.
  by rewrite -(leq_add2l 2) [X in (_ <= X)%N]add2n -h leq_add2r leq_pmulr.
have Gl0 : (F g).[l0] != 0 by apply: contraNneq ng => /div_f.
have lin (w : C) : toC (complex.Im w / y) * l0 + toC (complex.Re w - complex.Im w / y * x) = w.
  by rewrite /l0; case: w => wr wi /=; simpc; rewrite divfK // addrC subrK.
pose w := 'i%C / (F g).[l0]; pose al := complex.Im w / y; pose be := complex.Re w - al * x.
pose q := g * (al%:P * 'X + be%:P).
have ql0 : (F q).[l0] = 'i%C.
  rewrite /q /F rmorphM rmorphD rmorphM /= map_polyX !map_polyC hornerM -/F /= !hornerE.
  by rewrite lin mulrC divfK.
have qc : (F q).[l0^*%C] = - 'i%C by rewrite /F horner_conj -/F ql0; simpc.
have sq : (size q <= n.+1)%N.
  apply: leq_trans (size_mul_leq _ _) _; rewrite size_MXaddC -ltnS.
  case: ifP => _; first by rewrite addn0; apply: leq_ltn_trans (leq_pred _) _; apply: leqW.
  by rewrite addnS /= ltnS -addn1 leq_add // size_polyC leq_b1.
pose t l := l ^+ 0 * (F q).[l] ^+ 2.
have tl0 : t l0 = - 1 by rewrite /t expr0 mul1r ql0 sqr_i.
have tle l : l \in s -> t l <= 0.
  rewrite root_s /t expr0 mul1r => /rootP pl.
  have [->|n1] := eqVneq l l0; first by rewrite ql0 sqr_i oppr_le0 ler01.
  have [->|n2] := eqVneq l l0^*%C; first by rewrite qc sqrrN sqr_i oppr_le0 ler01.
  suff gl : (F g).[l] = 0 by rewrite /q /F rmorphM hornerM -/F gl mul0r expr0n.
  move: pl; rewrite pE -/F /F rmorphM rmorphX /= hornerM horner_exp -/F fE => /eqP.
  rewrite mulf_eq0 expf_eq0 mulf_eq0 !subr_eq0 (negbTE n1) (negbTE n2) andbF /=.
  by move=> /eqP.
have := H0 (\row_i q`_i); rewrite -lecR (form_sum 0 sq).
rewrite (big_rem l0) //= -/(t l0) tl0 addrC subr_ge0 => le1.
have : \sum_(l <- rem l0 s) t l <= 0.
  rewrite -oppr_ge0 -sumrN big_seq; apply: sumr_ge0 => l /mem_rem ls.
  by rewrite oppr_ge0 tle.
by move=> /(le_trans le1); rewrite ler10.
Qed.
End One.

(** ** The spectrum decided by the two Hankel matrices *)
Lemma hankel0_spectral n (A : 'M[R]_n.+1) : psd (hankel A 0) ->
  exists s : seq R, char_poly A = \prod_(l <- s) ('X - l%:P) /\
    forall k, \tr (mpow (map_mx toC A) k) = \sum_(l <- map toC s) l ^+ k.
Proof.
move=> H0; have [s [cs ts]] := spectral (map_mx toC A).
have sE : s = map toC (map (@complex.Re R) s).
  rewrite -map_comp -[LHS]map_id; apply/eq_in_map => -[x y] ls /=.
  by rewrite (hankel0_real cs ts H0 ls).
exists (map (@complex.Re R) s); split; last by rewrite -sE.
apply: (map_poly_inj [rmorphism of toC]).
rewrite map_char_poly [LHS]cs {1}sE rmorph_prod [LHS]big_map.
by apply: eq_bigr => l _; rewrite rmorphB /= map_polyX map_polyC.
Qed.

(** H0 positive semidefinite: every eigenvalue is real, and the traces of the powers
    are the power sums of the eigenvalues. *)
Theorem hankel0_real_spectrum n (A : 'M[R]_n.+1) : psd (hankel A 0) ->
  exists s : seq R, char_poly A = \prod_(l <- s) ('X - l%:P) /\
    forall k, \tr (A ^+ k) = \sum_(l <- s) l ^+ k.
Proof.
move=> /hankel0_spectral [s [cs ts]]; exists s; split=> // k.
apply: (@complexI R); rewrite (tr_pow ts) big_map rmorph_sum.
by apply: eq_bigr => l _; rewrite rmorphX.
Qed.

(** H1 positive semidefinite too: every eigenvalue is real and non-negative. *)
Theorem hankel_nonneg_spectrum n (A : 'M[R]_n.+1) :
  psd (hankel A 0) -> psd (hankel A 1) -> nonneg_spectrum A.
Proof.
move=> H0 H1; have [s [cs ts]] := hankel0_spectral H0; exists s; split=> //.
apply/allP => l0 l0s; case: (leP 0 l0) => // neg; exfalso.
pose f : {poly R} := 'X - l0%:P; have sf : size f = 2%N by rewrite size_XsubC.
have p0 : char_poly A != 0 := monic_neq0 (char_poly_monic A).
have [|e [g [pE ng]]] := split_power (f := f) p0; first by rewrite sf.
have rp l : l \in s -> root (char_poly A) l by rewrite cs root_prod_XsubC.
have gl0 : g.[l0] != 0 by apply: contraNneq ng => /eqP h; rewrite dvdp_XsubCl.
have e0 : (0 < e)%N.
  case: e pE => // pE; have := rp _ l0s; rewrite pE expr0 mul1r => /rootP h.
  by rewrite h eqxx in gl0.
have f0 : f != 0 by rewrite -size_poly_gt0 sf.
have g0 : g != 0 by apply: contraNneq ng => ->; rewrite dvdp0.
have sg : (size g <= n.+1)%N.
  have := size_char_poly A; rewrite pE size_mul ?expf_neq0 // size_exp_XsubC addSn /= => h.
  by rewrite -(leq_add2l 1) [X in (_ <= X)%N]add1n -h leq_add2r.
have sum : let u : 'rV[R]_n.+1 := \row_i g`_i in
    (u *m hankel A 1 *m u^T) 0 0 = \sum_(l <- s) l * g.[l] ^+ 2.
  apply: (@complexI R).
  rewrite (form_sum ts 1 sg) big_map rmorph_sum; apply: eq_bigr => l _.
  by rewrite expr1 horner_map rmorphM rmorphX.
have := H1 (\row_i g`_i); rewrite sum (big_rem l0) //= leNgt => /negP; apply.
rewrite ltr_naddr //; last by rewrite pmulr_llt0 // exprn_even_gt0.
rewrite -oppr_ge0 -sumrN big_seq; apply: sumr_ge0 => l /mem_rem ls; rewrite oppr_ge0.
have := rp _ ls; rewrite pE /root hornerM horner_exp hornerXsubC mulf_eq0 expf_eq0 e0 /= subr_eq0.
case/orP => /eqP ->; last by rewrite expr0n mulr0.
by rewrite nmulr_rle0 // sqr_ge0.
Qed.
End Hankel.

(** * 3. Certificates of semidefiniteness *)
Section Psd.
Variable R : rcfType.

(** H = L D L^T with D >= 0; L need be neither square nor triangular *)
Lemma psd_ldl n m (H : 'M[R]_n) (L : 'M[R]_(n, m)) (d : 'rV[R]_m) :
  (forall k, 0 <= d 0 k) -> H = L *m diag_mx d *m L^T -> psd H.
Proof.
move=> d0 -> u; have -> : u *m (L *m diag_mx d *m L^T) *m u^T = (u *m L) *m diag_mx d *m (u *m L)^T.
  by rewrite trmx_mul !mulmxA.
set v := u *m L; rewrite mxE; apply: sumr_ge0 => k _.
rewrite mul_mx_diag !mxE mulrAC -expr2; apply: mulr_ge0 => //; exact: sqr_ge0.
Qed.

Lemma psd_scale n (c : R) (H : 'M[R]_n) : 0 < c -> psd (c *: H) -> psd H.
Proof.
move=> c0 h u; have := h u; rewrite -scalemxAr -scalemxAl mxE.
by rewrite pmulr_rge0.
Qed.

(** a common denominator does not matter *)
Lemma hankel_scale n (c : R) (A : 'M[R]_n.+1) r : 0 <= c ->
  psd (hankel A r) -> psd (hankel (c *: A) r).
Proof.
move=> c0 h u; pose v : 'rV[R]_n.+1 := \row_i (c ^+ i * u 0 i).
have -> : (u *m hankel (c *: A) r *m u^T) 0 0 = c ^+ r * (v *m hankel A r *m v^T) 0 0.
  rewrite !mxE mulr_sumr; apply: eq_bigr => j _; rewrite !mxE !mulr_suml mulr_sumr.
  apply: eq_bigr => i _; rewrite !mxE exprZn mxtraceZ; set t := \tr _; rewrite !exprD.
  by move: (c ^+ i) (c ^+ j) (c ^+ r) (u 0 i) (u 0 j) t => a b d e f t; ring.
by rewrite mulr_ge0 ?exprn_ge0.
Qed.

(** the converse of section 2: the criterion is exact, so a vector with a negative
    value refutes *)
Theorem nonneg_spectrum_hankel n (A : 'M[R]_n.+1) r : nonneg_spectrum A -> psd (hankel A r).
Proof.
move=> [s [cs s0]] u; have [t [ct tt]] := spectral (map_mx (real_complex R) A).
pose q : {poly R} := \poly_(i < n.+1) u 0 (inord i).
have uE : u = \row_i q`_i.
  by apply/rowP => i; rewrite mxE coef_poly ltn_ord inord_val.
rewrite uE -lecR (form_sum tt r (size_poly _ _)) big_seq; apply: sumr_ge0 => l.
rewrite (root_s ct) cs rmorph_prod /= => /rootP.
rewrite horner_prod => /eqP; rewrite prodf_seq_eq0 => /hasP [x xs] /=.
rewrite rmorphB /= map_polyX map_polyC hornerXsubC subr_eq0 => /eqP ->.
rewrite horner_map -!rmorphX -rmorphM /= lecR mulr_ge0 ?sqr_ge0 // exprn_ge0 //.
by move/allP: s0 => /(_ _ xs).
Qed.
End Psd.
