(** SpectrumEvidence.v -- the evidence of FORMAT.md 4.7 that one matrix of integers has a
    real spectrum, or a real non-negative one, and why it is enough.

    - [Factors] (CastNetwork.v): the matrix is a product of at most two symmetric
      positive semidefinite ones ([psd_pair_good]), or of two symmetric ones of which
      one is that, and then real ([psd_left_good], [psd_right_good]); the certificate
      has nothing to say, the factors are in the network.
    - [Blocks]: in some order of the coordinates the matrix is block triangular
      ([blocks_check_sound]).  A block of one coordinate is a number, >= 0 if need be; a
      larger one is symmetric and a sum of squares, or has trace-Hankel matrices that
      are (TraceHankel.v); for a real spectrum it is enough that it is symmetric, or the
      first of the two matrices.  Triangular and diagonal matrices have blocks of one
      coordinate only, so that no sum of squares is needed for them.

    All of it is one argument about eigenvectors, written over the real field: [pair A x
    y a b] says that x + i y is a row eigenvector of A with the eigenvalue a + i b, and
    the spectrum is real as soon as every pair has b = 0, and non-negative if 0 <= a
    ([good_spectrum]; [good s]: with the sign if [s]).  Sources: Hermite 1856; Grazzi et
    al., ICLR 2025, Proposition 1.3 (two factors).  MathComp 1.15 and real-closed; no
    axioms. *)
From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra complex ssrZ ring.
From Statewright Require Import ParityImpossible TraceHankel SpectrumCheck RealCounting.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

(** * 1. Eigenvectors in real numbers *)
Section Pairs.
Variable R : rcfType.
Local Notation C := R[i].
Local Notation toC := (real_complex R).

Definition pair n (A : 'M[R]_n) (x y : 'rV[R]_n) (a b : R) : Prop :=
  x *m A = a *: x - b *: y /\ y *m A = b *: x + a *: y.
(** every eigenvalue is real and, with [s], non-negative *)
Definition good (s : bool) n (A : 'M[R]_n) : Prop :=
  forall x y a b, (x != 0) || (y != 0) -> pair A x y a b -> b = 0 /\ (s -> 0 <= a).
Lemma good_weaken s n (A : 'M[R]_n) : good true A -> good s A.
Proof. by move=> gA x y a b xy /(gA x y a b xy) [-> /(_ isT)]. Qed.

Lemma complex_vector n (v : 'rV[C]_n) : exists x y : 'rV[R]_n,
  v = map_mx toC x + 'i%C *: map_mx toC y.
Proof.
exists (map_mx (@complex.Re R) v), (map_mx (@complex.Im R) v).
by apply/rowP => j; rewrite !mxE; case: (v 0 j) => u w; simpc.
Qed.

Lemma complex_pair n (A : 'M[R]_n) x y a b :
  pair A x y a b <-> (map_mx toC x + 'i%C *: map_mx toC y) *m map_mx toC A =
                     (a +i* b)%C *: (map_mx toC x + 'i%C *: map_mx toC y).
Proof.
have e (u v : 'rV[R]_n) j :
    (map_mx toC u + 'i%C *: map_mx toC v) 0 j = (u 0 j +i* v 0 j)%C.
  by rewrite !mxE; simpc.
have sc (z : C) (u : 'rV[C]_n) j : (z *: u) 0 j = z * u 0 j by rewrite mxE.
have E : (map_mx toC x + 'i%C *: map_mx toC y) *m map_mx toC A =
         map_mx toC (x *m A) + 'i%C *: map_mx toC (y *m A).
  by rewrite mulmxDl -scalemxAl !map_mxM.
rewrite E; split=> [[-> ->]|h].
  apply/rowP => j; rewrite e sc e; simpc.
  by apply/eqP; rewrite eq_complex /= !mxE eqxx [b * _ + _]addrC eqxx.
by split; apply/rowP => j; have := congr1 (fun v : 'rV[C]_n => v 0 j) h;
  rewrite e sc e; simpc => /eqP; rewrite eq_complex /= => /andP [/eqP h1 /eqP h2];
  rewrite ?h1 ?h2 !mxE // addrC.
Qed.

(** The criterion. *)
Theorem good_spectrum s n (A : 'M[R]_n.+1) : good s A ->
  exists r : seq R, char_poly A = \prod_(l <- r) ('X - l%:P) /\ (s -> all (fun l => 0 <= l) r).
Proof.
move=> gA; have [t [ct _]] := spectral (map_mx toC A).
have eig l : l \in t -> exists a, l = toC a /\ (s -> 0 <= a).
  move=> lt; have : root (char_poly (map_mx toC A)) l by rewrite ct root_prod_XsubC.
  rewrite -eigenvalue_root_char => /eigenvalueP [v va v0].
  have [x [y vE]] := complex_vector v; case: l lt va => a b _.
  rewrite vE => /complex_pair hp; case: (gA _ _ _ _ _ hp) => [|-> a0]; last by exists a.
  rewrite -negb_and; apply: contra v0 => /andP [/eqP x0 /eqP y0].
  by rewrite vE x0 y0 map_mx0 scaler0 addr0.
pose r := map (@complex.Re R) t.
have tE : t = map toC r.
  by rewrite -map_comp -[LHS]map_id; apply/eq_in_map => l /eig [a [-> _]].
exists r; split.
  apply: (map_poly_inj [rmorphism of toC]).
  rewrite map_char_poly [LHS]ct {1}tE rmorph_prod [LHS]big_map.
  by apply: eq_bigr => l _; rewrite rmorphB /= map_polyX map_polyC.
by move=> s1; apply/allP => a /mapP [l /eig [c [-> c0]] ->]; exact: c0.
Qed.
Corollary good_nonneg n (A : 'M[R]_n.+1) : good true A -> nonneg_spectrum A.
Proof. by move=> /good_spectrum [r [cr /(_ isT) r0]]; exists r. Qed.
Corollary good_real n (A : 'M[R]_n.+1) : good false A -> real_spectrum A.
Proof. by move=> /good_spectrum [r [cr _]]; exists r. Qed.

(** ... and what trace-Hankel matrices have proved satisfies it. *)
Lemma spectrum_good (s : bool) n (A : 'M[R]_n.+1) r : char_poly A = \prod_(l <- r) ('X - l%:P) ->
  (s -> all (fun l => 0 <= l) r) -> good s A.
Proof.
move=> cs s0 x y a b xy /complex_pair h; set v := (_ + _) in h.
have v0 : v != 0.
  apply: contraL xy => /eqP v0; rewrite -negb_and negbK.
  have e j : x 0 j = 0 /\ y 0 j = 0.
    have := congr1 (fun v : 'rV[C]_n.+1 => v 0 j) v0; rewrite !mxE; simpc => /eqP.
    by rewrite eq_complex /= => /andP [/eqP -> /eqP ->].
  by apply/andP; split; apply/eqP/rowP => j; rewrite mxE; case: (e j).
have : root (char_poly (map_mx toC A)) (a +i* b)%C.
  by rewrite -eigenvalue_root_char; apply/eigenvalueP; exists v.
rewrite -map_char_poly cs rmorph_prod /= => /rootP; rewrite horner_prod => /eqP.
rewrite prodf_seq_eq0 => /hasP [l ls] /=.
rewrite rmorphB /= map_polyX map_polyC hornerXsubC subr_eq0 eq_complex /= => /andP [/eqP -> /eqP ->].
by split=> // s1; move/allP: (s0 s1); apply.
Qed.
Lemma nonneg_good n (A : 'M[R]_n.+1) : nonneg_spectrum A -> good true A.
Proof. by move=> [r [cr r0]]; apply: (spectrum_good cr). Qed.
Lemma real_good n (A : 'M[R]_n.+1) : real_spectrum A -> good false A.
Proof. by move=> [r cr]; apply: (spectrum_good cr). Qed.

Lemma good_scale s n (c : R) (A : 'M[R]_n) : 0 < c -> good s A -> good s (c *: A).
Proof.
move=> c0 gA x y a b xy [h1 h2]; have cn := lt0r_neq0 c0.
have [] := gA x y (c^-1 * a) (c^-1 * b) xy.
  split; rewrite -!scalerA -?scalerBr -?scalerDr -?h1 -?h2 -scalemxAr scalerA mulVf //;
  by rewrite scale1r.
move=> /eqP; rewrite mulf_eq0 invr_eq0 (negbTE cn) /= => /eqP -> a0; split=> // /a0 {}a0.
by rewrite -(pmulr_rge0 _ (_ : 0 < c^-1)) // invr_gt0.
Qed.

(** * 2. At most two positive semidefinite factors *)
Local Notation form P x y := ((x *m P *m y^T) 0 0).

Lemma form_sym n (P : 'M[R]_n) (x y : 'rV[R]_n) : P^T = P -> form P x y = form P y x.
Proof.
move=> sP; have -> : x *m P *m y^T = (y *m P *m x^T)^T by rewrite !trmx_mul trmxK sP mulmxA.
by rewrite mxE.
Qed.

Lemma psd_kernel n (P : 'M[R]_n) (x : 'rV[R]_n) : P^T = P -> psd P -> form P x x = 0 -> x *m P = 0.
Proof.
move=> sP pP x0; pose z := x *m P; pose c := form P z z; pose d := (z *m z^T) 0 0.
have sq (w : 'rV[R]_n) : (w *m w^T) 0 0 = \sum_j w 0 j ^+ 2.
  by rewrite mxE; apply: eq_bigr => j _; rewrite mxE expr2.
have c0 : 0 <= c := pP z.
have d0 : 0 <= d by rewrite /d sq; apply: sumr_ge0 => j _; exact: sqr_ge0.
have zx : form P x z = d by [].
have c1 : 0 < c + 1 by rewrite ltr_paddl // ltr01.
have h t : 0 <= t * d *+ 2 + t ^+ 2 * c.
  have lin u v w : form P (u + t *: v) w = form P u w + t * form P v w.
    by rewrite !mulmxDl -!scalemxAl !mxE.
  have := pP (x + t *: z); rewrite lin (form_sym x _ sP) (form_sym z _ sP) !lin.
  rewrite (form_sym z x sP) x0 zx -/c; congr (0 <= _); ring.
have := h (- d / (c + 1)); have -> : - d / (c + 1) * d *+ 2 + (- d / (c + 1)) ^+ 2 * c =
    - (d ^+ 2 * (c + 2%:R) / (c + 1) ^+ 2).
  by field; rewrite lt0r_neq0.
rewrite oppr_ge0 pmulr_lle0 ?invr_gt0 ?exprn_gt0 // pmulr_lle0; last first.
  by rewrite ltr_paddl // ltr0n.
move=> d2; have /eqP : d ^+ 2 = 0 by apply/eqP; rewrite eq_le d2 sqr_ge0.
rewrite expf_eq0 /= /d sq psumr_eq0; last by move=> j _; exact: sqr_ge0.
move=> /allP z0; apply/rowP => j; rewrite [RHS]mxE; apply/eqP.
by have := z0 j (mem_index_enum _); rewrite expf_eq0.
Qed.

(** The eigenvalues of P Q, for symmetric P >= 0 and symmetric Q, are real, and
    non-negative if Q >= 0 too. *)
Lemma psd_times_good (s : bool) n (P Q : 'M[R]_n) : P^T = P -> Q^T = Q -> psd P -> (s -> psd Q) ->
  good s (P *m Q).
Proof.
move=> sP sQ pP pQ x y a b xy [h1 h2].
pose f (u v : 'rV[R]_n) := form P u v.
have fD u v w c d : f (c *: u + d *: v) w = c * f u w + d * f v w.
  by rewrite /f !mulmxDl -!scalemxAl !mxE.
have g (u v : 'rV[R]_n) : form Q (u *m P) (v *m P) = f (u *m (P *m Q)) v.
  by rewrite /f trmx_mul sP !mulmxA.
have N c (u : 'rV[R]_n) : - (c *: u) = (- c) *: u by rewrite scaleNr.
rewrite N in h1.
have xx := g x x; have yy := g y y; have xy' := g x y; have yx := g y x.
rewrite h1 fD in xx; rewrite h2 fD in yy; rewrite h1 fD in xy'; rewrite h2 fD in yx.
have fs : f y x = f x y by apply: form_sym.
rewrite fs in xx yx.
set S := f x x + f y y; have S0 : 0 <= S by rewrite addr_ge0 //; exact: pP.
have aS : s -> 0 <= a * S.
  move=> s1; have -> : a * S = form Q (x *m P) (x *m P) + form Q (y *m P) (y *m P).
    by rewrite xx yy /S; ring.
  by rewrite addr_ge0 //; exact: (pQ s1).
have bS : b * S = 0.
  have : form Q (x *m P) (y *m P) = form Q (y *m P) (x *m P) by apply: form_sym.
  rewrite xy' yx => e; have -> : b * S = (b * f x x + a * f x y) - (a * f x y + - b * f y y).
    by rewrite /S; ring.
  by rewrite e subrr.
move: S0; rewrite le_eqVlt => /orP [/eqP S0|S0]; last first.
  split; last by move=> /aS {}aS; rewrite -(pmulr_lge0 _ S0).
  by apply/eqP; move/eqP: bS; rewrite mulf_eq0 (negbTE (lt0r_neq0 S0)) orbF.
have [x0 y0] : f x x = 0 /\ f y y = 0.
  have /eqP := esym S0; rewrite paddr_eq0; [|exact: pP|exact: pP].
  by move=> /andP [/eqP -> /eqP ->].
rewrite mulmxA (psd_kernel sP pP x0) mul0mx -N in h1.
rewrite mulmxA (psd_kernel sP pP y0) mul0mx in h2.
have kill (u : 'rV[R]_n) : u != 0 -> (a ^+ 2 + b ^+ 2) *: u = 0 -> b = 0 /\ (s -> 0 <= a).
  move=> u0 /eqP; rewrite scaler_eq0 (negbTE u0) orbF paddr_eq0 ?sqr_ge0 //.
  by rewrite !expf_eq0 /= => /andP [/eqP -> /eqP ->].
case/orP: xy => [x1|y1]; [apply: (kill x x1)|apply: (kill y y1)]; apply/rowP => j;
  have e1 := congr1 (fun v : 'rV[R]_n => v 0 j) h1; have e2 := congr1 (fun v : 'rV[R]_n => v 0 j) h2;
  rewrite !mxE in e1 e2; rewrite !mxE.
- have -> : (a ^+ 2 + b ^+ 2) * x 0 j = a * (a * x 0 j - b * y 0 j) + b * (b * x 0 j + a * y 0 j) by ring.
  by rewrite -e1 -e2 !mulr0 addr0.
have -> : (a ^+ 2 + b ^+ 2) * y 0 j = a * (b * x 0 j + a * y 0 j) - b * (a * x 0 j - b * y 0 j) by ring.
by rewrite -e1 -e2 !mulr0 subr0.
Qed.

Theorem psd_pair_good n (P Q : 'M[R]_n) : P^T = P -> Q^T = Q -> psd P -> psd Q ->
  good true (P *m Q).
Proof. by move=> sP sQ pP pQ; apply: psd_times_good. Qed.
(** one of the two is enough for a real spectrum, on either side *)
Theorem psd_left_good n (P Q : 'M[R]_n) : P^T = P -> Q^T = Q -> psd P -> good false (P *m Q).
Proof. by move=> sP sQ pP; apply: psd_times_good. Qed.
Theorem psd_right_good n (P Q : 'M[R]_n.+1) : P^T = P -> Q^T = Q -> psd Q -> good false (P *m Q).
Proof.
move=> sP sQ pQ; have /good_real [r cr] := psd_left_good sQ sP pQ.
apply: real_good; exists r; rewrite -cr -[P *m Q]trmxK trmx_mul sP sQ /char_poly -det_tr.
by congr (\det _); apply/matrixP => i j; rewrite !mxE eq_sym.
Qed.

Lemma psd1 n : psd (1%:M : 'M[R]_n).
Proof.
by move=> u; rewrite mulmx1 mxE; apply: sumr_ge0 => j _; rewrite mxE -expr2 sqr_ge0.
Qed.
Corollary psd_good n (P : 'M[R]_n) : P^T = P -> psd P -> good true P.
Proof. by move=> sP pP; rewrite -[P]mulmx1; apply: psd_pair_good; rewrite ?trmx1 //; exact: psd1. Qed.
Corollary symmetric_good n (P : 'M[R]_n) : P^T = P -> good false P.
Proof. by move=> sP; rewrite -[P]mul1mx; apply: psd_left_good; rewrite ?trmx1 //; exact: psd1. Qed.

(** the factor I - c v^T v for rows v: positive semidefinite for c |v|^2 <= 1 *)
Lemma factor_psd n (v : 'rV[R]_n) c : c * (v *m v^T) 0 0 <= 1 -> psd (1%:M - c *: (v^T *m v)).
Proof.
move=> c1 u; pose s := (v *m v^T) 0 0; pose d := (u *m v^T) 0 0; pose q := (u *m u^T) 0 0.
have sq (w : 'rV[R]_n) : 0 <= (w *m w^T) 0 0.
  by rewrite mxE; apply: sumr_ge0 => j _; rewrite mxE -expr2 sqr_ge0.
have dE : (v *m u^T) 0 0 = d by rewrite -[v *m _]trmxK trmx_mul trmxK mxE.
have en (A B : 'M[R]_1) : (A - B) 0 0 = A 0 0 - B 0 0 by rewrite !mxE.
have ez z (A : 'M[R]_1) : (z *: A) 0 0 = z * A 0 0 by rewrite mxE.
have -> : (u *m (1%:M - c *: (v^T *m v)) *m u^T) 0 0 = q - c * d ^+ 2.
  rewrite mulmxBr mulmxBl mulmx1 en -scalemxAr -scalemxAl ez; congr (_ - _ * _).
  have -> : u *m (v^T *m v) *m u^T = (u *m v^T) *m (v *m u^T) by rewrite !mulmxA.
  by rewrite [u *m v^T]mx11_scalar mul_scalar_mx mxE dE expr2.
have : 0 <= q * s - d ^+ 2.
  have := sq (s *: u - d *: v).
  have -> : (s *: u - d *: v)^T = s *: u^T - d *: v^T by apply/matrixP => i j; rewrite !mxE.
  rewrite !mulmxBl !mulmxBr.
  rewrite -!scalemxAl -!scalemxAr !en !ez -/q -/s -/d dE => h.
  have [s0|s0] := eqVneq s 0.
    have v0 : v = 0.
      apply/rowP => j; rewrite [RHS]mxE; apply/eqP; rewrite -sqrf_eq0.
      have : s == 0 by rewrite s0.
      rewrite /s mxE (eq_bigr (fun j => v 0 j ^+ 2)) => [|i _]; last by rewrite mxE expr2.
      rewrite psumr_eq0; last by move=> i _; exact: sqr_ge0.
      by move=> /allP /(_ j (mem_index_enum _)).
    by rewrite s0 /d v0 trmx0 mulmx0 mxE expr0n mulr0 subr0.
  have sp : 0 < s by rewrite lt_def s0 sq.
  rewrite -(pmulr_rge0 _ sp); apply: le_trans h _; rewrite le_eqVlt; apply/orP; left; apply/eqP.
  by ring.
rewrite !subr_ge0 => cs; case: (leP c 0) => c0.
  by apply: (@le_trans _ _ 0); [rewrite mulr_le0_ge0 ?sqr_ge0 | exact: sq].
apply: le_trans (_ : c * (q * s) <= _); first by rewrite ler_pmul2l.
by rewrite mulrCA ler_pimulr //; exact: sq.
Qed.

(** * 3. Block triangular matrices *)
(** the rows and columns of some coordinates *)
Definition sub n (A : 'M[R]_n.+1) (s : seq nat) : 'M[R]_(size s) :=
  \matrix_(i, j) A (inord (nth 0%N s i)) (inord (nth 0%N s j)).
Definition pick n (x : 'rV[R]_n.+1) (s : seq nat) : 'rV[R]_(size s) :=
  \row_j x 0 (inord (nth 0%N s j)).

Lemma pick_mul n (A : 'M[R]_n.+1) (x : 'rV[R]_n.+1) (s : seq nat) :
  uniq s -> all (fun i => i < n.+1)%N s ->
  (forall (i : 'I_n.+1) j, (i : nat) \notin s -> j \in s -> x 0 i * A i (inord j) = 0) ->
  pick x s *m sub A s = pick (x *m A) s.
Proof.
move=> us /allP sn z; apply/rowP => j; rewrite !mxE.
have js : nth 0%N s j \in s by rewrite mem_nth.
rewrite [RHS](bigID (fun i : 'I_n.+1 => (i : nat) \in s)) /= [X in _ + X]big1 ?addr0; last first.
  by move=> i /z; apply.
rewrite (eq_bigr (fun k : 'I_(size s) =>
  let i := inord (nth 0%N s k) in x 0 i * A i (inord (nth 0%N s j)))); last first.
  by move=> k _; rewrite !mxE.
rewrite -(big_mkord xpredT (fun k => let i := inord (nth 0%N s k) in
  x 0 i * A i (inord (nth 0%N s j)))).
rewrite -(big_nth 0%N xpredT (fun k => let i := inord k in x 0 i * A i (inord (nth 0%N s j)))) /=.
rewrite -(big_map (@inord n) xpredT (fun i => x 0 i * A i (inord (nth 0%N s j)))).
rewrite -[RHS]big_filter; apply: perm_big; apply: uniq_perm.
- rewrite map_inj_in_uniq // => a b /sn a1 /sn b1 /(congr1 (@nat_of_ord n.+1)).
  by rewrite !inordK.
- by rewrite filter_uniq // index_enum_uniq.
move=> i; rewrite mem_filter mem_index_enum andbT; apply/mapP/idP => [[k ks ->]|is'].
  by rewrite inordK // sn.
by exists (i : nat) => //; rewrite inord_val.
Qed.

(** One block after another: where rows of a block have nothing in the columns of later
    ones, the last block that an eigenvector meets has its eigenvalue. *)
Lemma blocks_pair sg n (A : 'M[R]_n.+1) (bs : seq (seq nat)) (x y : 'rV[R]_n.+1) a b :
  all uniq bs -> all (all (fun i => i < n.+1)%N) bs ->
  (forall (i : 'I_n.+1) j, (i : nat) \notin flatten bs -> j \in flatten bs -> A i (inord j) = 0) ->
  (forall pre s post, bs = pre ++ s :: post ->
     good sg (sub A s) /\
     forall (i : 'I_n.+1) j, (i : nat) \in s -> j \in flatten post -> A i (inord j) = 0) ->
  (exists2 i : 'I_n.+1, (i : nat) \in flatten bs & (x 0 i != 0) || (y 0 i != 0)) ->
  pair A x y a b -> b = 0 /\ (sg -> 0 <= a).
Proof.
elim: bs => [|s bs IH] /= ub lb no into [i ib ni] hp; first by rewrite in_nil in ib.
case/andP: ub => us ub; case/andP: lb => ls lb; have [gs later] := into [::] s bs erefl.
rewrite mem_cat in ib.
case: (boolP [exists k : 'I_n.+1, ((k : nat) \in flatten bs) && ((x 0 k != 0) || (y 0 k != 0))]).
  move=> /existsP [k /andP [kb nk]]; apply: IH hp => //; last by exists k.
    move=> k' j kf jf; case: (boolP ((k' : nat) \in s)) => [ks|nks]; first exact: later.
    by apply: no; rewrite mem_cat ?negb_or ?nks // jf orbT.
  by move=> pre s' post e; apply: (into (s :: pre)); rewrite e.
rewrite negb_exists => /forallP none.
have zero (k : 'I_n.+1) : (k : nat) \in flatten bs -> x 0 k = 0 /\ y 0 k = 0.
  move=> kb; have := none k; rewrite kb /= negb_or !negbK => /andP [/eqP -> /eqP ->]; by [].
have is' : (i : nat) \in s.
  by case/orP: ib => // /zero [x0 y0]; move: ni; rewrite x0 y0 eqxx.
have away (z : 'rV[R]_n.+1) : (forall k : 'I_n.+1, (k : nat) \in flatten bs -> z 0 k = 0) ->
    pick z s *m sub A s = pick (z *m A) s.
  move=> z0; apply: pick_mul => // k j ks js; case: (boolP ((k : nat) \in flatten bs)) => [/z0 ->|kb].
    by rewrite mul0r.
  by rewrite no ?mulr0 // mem_cat ?js // negb_or ks.
case: hp => h1 h2; apply: (gs (pick x s) (pick y s) a b); last first.
  split; rewrite away ?h1 ?h2; try (by move=> k /zero []);
    by apply/rowP => j; rewrite !mxE.
have is2 : (index (i : nat) s < size s)%N by rewrite index_mem.
have pickE (z : 'rV[R]_n.+1) : pick z s 0 (Ordinal is2) = z 0 i.
  by rewrite mxE /= nth_index // inord_val.
by case/orP: ni => h; apply/orP; [left|right]; apply: contraNneq h => e; rewrite -pickE e mxE.
Qed.
End Pairs.

(** * 4. The check, on lists of integers *)

(** [scale F = sum of d w w^T] over the pairs (d, w). *)
Definition squares_check n (F : nat -> nat -> Z) (c : ldl) : bool :=
  Z.ltb Z0 (ldl_scale c) && all (fun p => Z.leb Z0 p.1) (ldl_terms c) &&
  all (fun i => all (fun j =>
    Z.eqb (Z.mul (ldl_scale c) (F i j)) (ldl_entry c i j)) (iota 0 n)) (iota 0 n).

Inductive block :=
| Entry (i : nat)                              (* one coordinate, a number *)
| Symmetric (s : seq nat) (c : ldl)            (* a sum of squares *)
| Traces (s : seq nat) (c0 c1 : ldl)           (* its trace-Hankel matrices are *)
| RealSymmetric (s : seq nat)                  (* the same for a real spectrum only *)
| RealTraces (s : seq nat) (c0 : ldl).
Definition coordinates (b : block) : seq nat :=
  match b with
  | Entry i => [:: i]
  | Symmetric s _ | Traces s _ _ | RealSymmetric s | RealTraces s _ => s
  end.

Definition submatrix (A : seq (seq Z)) (s : seq nat) : seq (seq Z) :=
  zmat (size s) (fun i j => ent A (nth 0%N s i) (nth 0%N s j)).
(** divided by what all entries have in common; whether that was done well is checked *)
Definition content (A : seq (seq Z)) : Z :=
  let g := foldr (fun r g => foldr Z.gcd g r) Z0 A in if Z.ltb Z0 g then g else Zpos xH.
Definition divided n (A : seq (seq Z)) (g : Z) := zmat n (fun i j => Z.div (ent A i j) g).
Definition divides n (A : seq (seq Z)) (g : Z) (P : seq (seq Z)) : bool :=
  Z.ltb Z0 g && all (fun i => all (fun j =>
    Z.eqb (Z.mul g (ent P i j)) (ent A i j)) (iota 0 n)) (iota 0 n).

Definition symmetric_check n (A : seq (seq Z)) : bool :=
  all (fun i => all (fun j => Z.eqb (ent A i j) (ent A j i)) (iota 0 n)) (iota 0 n).
(** [nonneg]: whether it is to have no negative eigenvalue *)
Definition block_check (nonneg : bool) (A : seq (seq Z)) (b : block) : bool :=
  let n := size (coordinates b) in
  let M := submatrix A (coordinates b) in let g := content M in let P := divided n M g in
  match b with
  | Entry i => ~~ nonneg || Z.leb Z0 (ent A i i)
  | Symmetric _ c => divides n M g P && symmetric_check n P && squares_check n (ent P) c
  | Traces _ c0 c1 => (0 < n)%N && divides n M g P && spectrum_check n P c0 c1
  | RealSymmetric _ => ~~ nonneg && divides n M g P && symmetric_check n P
  | RealTraces _ c0 => ~~ nonneg && (0 < n)%N && divides n M g P && real_check n P c0
  end.

Fixpoint zeros_above (A : seq (seq Z)) (cs : seq (seq nat)) : bool :=
  if cs is s :: cs' then
    all (fun i => all (fun j => Z.eqb (ent A i j) Z0) (flatten cs')) s && zeros_above A cs'
  else true.
(** the coordinates are those below n, each once *)
Definition order_check n (cs : seq (seq nat)) : bool :=
  uniq (flatten cs) && all (fun i => i < n)%N (flatten cs) &&
  all (fun i => i \in flatten cs) (iota 0 n).
Definition blocks_check (nonneg : bool) n (A : seq (seq Z)) (bs : seq block) : bool :=
  let cs := map coordinates bs in
  order_check n cs && zeros_above A cs && all (block_check nonneg A) bs.

Section Sound.
Variable R : rcfType.

Lemma in_iota n (i : 'I_n) : (i : nat) \in iota 0 n.
Proof. by rewrite mem_iota add0n ltn_ord. Qed.

Lemma squares_psd n F c : squares_check n F c -> psd (\matrix_(i < n, j < n) ZR R (F i j)).
Proof.
move=> /andP [/andP [c0 d0] /allP E]; apply: (psd_scale (ZR_gt0 R c0)).
pose T := ldl_terms c; pose m := size T.
pose L : 'M[R]_(n, m) := \matrix_(i, k) ZR R (nth Z0 (nth (Z0, [::]) T k).2 i).
pose d : 'rV[R]_m := \row_k ZR R (nth (Z0, [::]) T k).1.
apply: (@psd_ldl _ _ _ _ L d) => [k|].
  by rewrite mxE; apply: ZR_ge0; move/all_nthP: d0 => /(_ (Z0, [::]) k); apply.
apply/matrixP => i j; rewrite !mxE.
have /allP /(_ _ (in_iota j)) /Z.eqb_eq e := E _ (in_iota i).
rewrite -ZRM e /ldl_entry ZR_foldr (big_nth (Z0, [::])) big_mkord.
by apply: eq_bigr => k _; rewrite mul_mx_diag !mxE !ZRM.
Qed.

Lemma divides_good s n A g P : divides n A g P -> good s (mx R n P) -> good s (mx R n A).
Proof.
move=> /andP [g0 /allP E] gP; have -> : mx R n A = ZR R g *: mx R n P.
  apply/matrixP => i j; rewrite !mxE.
  by have /allP /(_ _ (in_iota j)) /Z.eqb_eq <- := E _ (in_iota i); rewrite ZRM.
by apply: good_scale => //; exact: ZR_gt0.
Qed.

Lemma submatrix_mx n A s : all (fun i => i < n.+1)%N s ->
  sub (mx R n.+1 A) s = mx R (size s) (submatrix A s).
Proof.
move=> /allP sn; apply/matrixP => i j; rewrite !mxE ent_zmat !inordK //; apply: sn;
by rewrite mem_nth.
Qed.

Lemma symmetric_check_mx n A : symmetric_check n A -> (mx R n A)^T = mx R n A.
Proof.
move=> /allP sy; apply/matrixP => i j; rewrite !mxE.
by have /allP /(_ _ (in_iota i)) /Z.eqb_eq -> := sy _ (in_iota j).
Qed.

Lemma block_check_sound sg n A b : all (fun i => i < n.+1)%N (coordinates b) ->
  block_check sg A b -> good sg (sub (mx R n.+1 A) (coordinates b)).
Proof.
move=> bn; rewrite submatrix_mx //; case: b bn => [i|s c|s c0 c1|s|s c0] /= bn; rewrite /block_check /=.
- move=> i0 x y a b xy; pose e := ZR R (ent A i i).
  have -> : mx R 1 (submatrix A [:: i]) = e%:M.
    by apply/matrixP => j k; rewrite !ord1 !mxE.
  rewrite /pair !mul_mx_scalar => -[h1 h2].
  have hp : pair (e%:M : 'M[R]_1) x y a b by split; rewrite mul_mx_scalar.
  have se : (e%:M : 'M[R]_1)^T = e%:M by rewrite tr_scalar_mx.
  have [b0 _] := symmetric_good se xy hp; split=> // s1.
  have e0 : 0 <= e by move: i0; rewrite s1 => /ZR_ge0; apply.
  have psd_e : psd (e%:M : 'M[R]_1).
    by move=> u; rewrite mul_mx_scalar -scalemxAl mxE mulr_ge0 // mxE big_ord1 mxE -expr2 sqr_ge0.
  by have [_ /(_ isT)] := psd_good se psd_e xy hp.
- move=> /andP [/andP [dv sy] sq]; apply: divides_good dv _; apply: good_weaken; apply: psd_good.
    exact: symmetric_check_mx.
  have := squares_psd sq; congr psd; apply/matrixP => i j; by rewrite !mxE.
- move=> /andP [/andP [s0 dv] sp]; apply: divides_good dv _; apply: good_weaken.
  case: (size s) s0 sp => // m _ /(spectrum_check_sound R xH); rewrite /weight ZR1 invr1 scale1r.
  exact: nonneg_good.
- by case: sg => //= /andP [dv sy]; apply: divides_good dv _; apply/symmetric_good/symmetric_check_mx.
case: sg => //= /andP [/andP [s0 dv] sp]; apply: divides_good dv _.
case: (size s) s0 sp => // m _ /(real_check_sound R xH); rewrite /weight ZR1 invr1 scale1r.
exact: real_good.
Qed.

Theorem blocks_check_sound sg n A bs : blocks_check sg n.+1 A bs -> good sg (mx R n.+1 A).
Proof.
move=> /andP [/andP [/andP [/andP [un /allP lt] /allP cover] za] ck] x y a b xy hp.
set cs := map coordinates bs in un lt cover za *.
have all_in (i : 'I_n.+1) : (i : nat) \in flatten cs := cover _ (in_iota i).
have sub_flat s : s \in cs -> {subset s <= flatten cs} by move=> h i hi; apply/flattenP; exists s.
apply: (blocks_pair (bs := cs) _ _ _ _ _ hp).
- apply/allP => s; elim: cs un {lt cover za sub_flat all_in} => //= t cs' IH; rewrite cat_uniq in_cons.
  by move=> /and3P [ut _ u'] /orP [/eqP -> //|/(IH u')].
- by apply/allP => s h; apply/allP => i hi; apply: lt; apply: sub_flat hi.
- by move=> i j; rewrite all_in.
- move=> pre s post e; split.
    have get pre' bs' : map coordinates bs' = pre' ++ s :: post -> all (block_check sg A) bs' ->
        exists2 b', coordinates b' = s & block_check sg A b'.
      elim: pre' bs' => [|t pre' IH] [|b' bs'] //= [e1 e2] /andP [h1 h2]; first by exists b'.
      exact: IH e2 h2.
    have [b' sE b'ok] := get _ _ e ck; rewrite -sE; apply: block_check_sound b'ok.
    apply/allP => i; rewrite sE => hi; apply: lt; apply: sub_flat hi.
    by rewrite e mem_cat mem_head orbT.
  have jn j : j \in flatten post -> (j < n.+1)%N.
    by move=> hj; apply: lt; rewrite e flatten_cat mem_cat /= mem_cat hj !orbT.
  move=> i j; elim: pre (cs) e za {un lt cover sub_flat all_in} => [|t pre IH] cs' -> /= /andP [h1 h2].
    move=> hi hj; rewrite mxE inordK ?jn //.
    by have /allP /(_ _ hj) /Z.eqb_eq -> := allP h1 _ hi; rewrite ZR0.
  exact: IH h2.
have ex (z : 'rV[R]_n.+1) : z != 0 -> exists i, z 0 i != 0.
  move=> z0; apply/existsP; apply: contraNT z0; rewrite negb_exists => /forallP h.
  by apply/eqP/rowP => i; rewrite mxE; apply/eqP; move: (h i); rewrite negbK.
by case/orP: xy => /ex [i hi]; exists i; rewrite ?hi ?orbT.
Qed.
End Sound.
