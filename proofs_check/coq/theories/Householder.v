(** Householder.v -- how many factors I - beta v v^T / (v^T v) a matrix takes.

    Statements, over any ordered field.
    - At least rank(A - I), whatever beta and v are ([at_least_rank]); so r if some r x r minor
      of A - I is not 0 ([at_least_minor]).
    - Orthogonal matrices take exactly rank(Q - I), all reflections (beta = 2), so at most n
      ([orthogonal_least], [orthogonal_n]); permutations of n points with c cycles n - c, all
      transpositions ([permutation_least]).
    - Factors with 0 <= beta <= 2 make no vector longer, nor do their products
      ([contracting_nonexpansive]); so what makes one longer is no product of them ([expanding]).
    The bounds meet: I takes none and a transposition one ([transposition_one]), a rotation of
    the plane two ([rotation_two]); and a matrix of rank(A - I) = 1 that is no contraction takes
    a factor with beta outside of [0, 2] ([twice_needs_more]).
    Proof for orthogonal Q <> I.  Let Q x <> x and v = Q x - x.  The reflection along v takes
    Q x back to x, since |Q x| = |x|, and keeps all y = Q y, since v.y = Q x.Q y - x.y = 0.  So
    after it more is fixed, and rank(Q - I) is smaller.
    Sources: E. Cartan, J. Dieudonne; P. Scherk, On the decomposition of orthogonalities into
    symmetries, 1950; Proposition 1 of Grazzi et al. (ICLR 2025), whose bounds are n for
    orthogonal matrices and n - 1 for permutations.  FORMAT.md 4.5 has the certificates. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra ring.
From Statewright Require Import SymRound KdaRound.
From Statewright Require PermCompile OneLayer.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Factors.
Variables (R : realFieldType) (n : nat).
Implicit Types (A Q : 'M[R]_n) (u v x y : 'cV[R]_n) (f : R * 'cV[R]_n) (fs : seq (R * 'cV[R]_n)).

(** I - beta v v^T / (v^T v); I for v = 0, which statements of what is possible exclude *)
Definition gh f : 'M[R]_n := delta (f.1 / dot f.2 f.2) f.2.
(** The first factor acts first. *)
Definition product fs : 'M[R]_n := foldr (fun f M => M *m gh f) 1%:M fs.
Definition contracting fs := all (fun f => (0 <= f.1) && (f.1 <= 2%:R)) fs.
Definition keys_nonzero fs := all (fun f => f.2 != 0) fs.
Definition reflections (vs : seq 'cV[R]_n) := [seq (2%:R, v) | v <- vs] : seq (R * 'cV[R]_n).

Lemma product_cat fs gs : product (fs ++ gs) = product gs *m product fs.
Proof. by elim: fs => [|f fs IH] /=; rewrite ?mulmx1 // IH mulmxA. Qed.
Lemma reflections_contract vs : contracting (reflections vs).
Proof. by apply/allP => f /mapP [v _ ->] /=; rewrite ler0n lexx. Qed.

(** * 1. What factors cannot do *)

Lemma dot_gh f u : dot (gh f *m u) (gh f *m u) =
  dot u u - f.1 * (2%:R - f.1) * (dot f.2 u ^+ 2 / dot f.2 f.2).
Proof.
case: f => beta v; rewrite /gh /= delta_mul; set p := dot v u; set s := dot v v.
have -> c : dot (u - c *: v) (u - c *: v) = dot u u - c * p *+ 2 + c ^+ 2 * s.
  by rewrite dotBr dotZr ![dot (_ - _) _]dotC !dotBr !dotZr [dot u v]dotC -/p -/s; ring.
have [->|s0] := eqVneq s 0; last by field.
by rewrite invr0; ring.
Qed.

Lemma gh_nonexpansive f : 0 <= f.1 -> f.1 <= 2%:R -> OneLayer.nonexpansive (gh f).
Proof.
move=> b0 b2 u; rewrite dot_gh ler_subl_addr ler_addl; apply: mulr_ge0.
  by apply: mulr_ge0; rewrite ?subr_ge0.
by rewrite mulr_ge0 ?sqr_ge0 // invr_ge0 dot_ge0.
Qed.

Theorem contracting_nonexpansive fs : contracting fs -> OneLayer.nonexpansive (product fs).
Proof.
elim: fs => [|f fs IH] /=; first by move=> _ u; rewrite mul1mx.
move=> /andP [/andP [b0 b2] /IH ne] u; rewrite -mulmxA.
by apply: le_trans (ne _) _; apply: gh_nonexpansive.
Qed.

Theorem expanding A x fs : dot x x < dot (A *m x) (A *m x) -> contracting fs -> A <> product fs.
Proof. by move=> long con e; have := contracting_nonexpansive con x; rewrite -e leNgt long. Qed.

Lemma rank_gh f : (\rank (gh f - 1%:M)%R <= 1)%N.
Proof.
rewrite /gh /delta addrC addKr; apply: leq_trans (mxrankS (_ : _ <= f.2^T)%MS) (rank_leq_row _).
by rewrite -scaleNr scalemx_sub // submxMl.
Qed.

Lemma rank_product fs : (\rank (product fs - 1%:M)%R <= size fs)%N.
Proof.
elim: fs => [|f fs IH] /=; first by rewrite subrr mxrank0.
have -> : product fs *m gh f - 1%:M = product fs *m (gh f - 1%:M) + (product fs - 1%:M).
  by rewrite [X in _ = X + _]mulmxBr mulmx1 addrA subrK.
apply: leq_trans (mxrank_add _ _) _; rewrite -add1n leq_add //.
by apply: leq_trans (mxrankM_maxr _ _) (rank_gh f).
Qed.

Theorem at_least_rank A fs : A = product fs -> (\rank (A - 1%:M)%R <= size fs)%N.
Proof. by move=> ->; apply: rank_product. Qed.

(** Rows i 0, .., i (r - 1) and columns j 0, .., j (r - 1). *)
Lemma minor_rank m (M : 'M[R]_m) r (i j : 'I_r -> 'I_m) :
  \det (\matrix_(a, b) M (i a) (j b)) != 0 -> (r <= \rank M)%N.
Proof.
move=> d; pose P : 'M[R]_(r, m) := \matrix_(a, k) (k == i a)%:R.
pose P' : 'M[R]_(m, r) := \matrix_(k, b) (k == j b)%:R.
have pick (F : 'I_m -> R) k : \sum_l F l * (l == k)%:R = F k.
  rewrite (bigD1 k) //= eqxx mulr1 big1 ?addr0 // => l /negbTE ->; exact: mulr0.
have e : \matrix_(a, b) M (i a) (j b) = P *m M *m P'.
  apply/matrixP => a b; rewrite !mxE -[LHS](pick (fun l => M (i a) l)).
  apply: eq_bigr => l _; rewrite !mxE; congr (_ * _).
  by rewrite -[LHS](pick (fun k => M k l)); apply: eq_bigr => k _; rewrite mxE mulrC.
have <- : \rank (P *m M *m P') = r by apply: mxrank_unit; rewrite -e unitmxE unitfE.
by apply: leq_trans (mxrankM_maxl _ _) (mxrankM_maxr _ _).
Qed.

Theorem at_least_minor A r (i j : 'I_r -> 'I_n) fs :
  \det (\matrix_(a, b) (A - 1%:M) (i a) (j b)) != 0 -> A = product fs -> (r <= size fs)%N.
Proof. by move=> /minor_rank le /at_least_rank; apply: leq_trans. Qed.

(** * 2. Orthogonal matrices *)
Definition orthogonal Q := Q^T *m Q = 1%:M.

Lemma orthogonal_dot Q x y : orthogonal Q -> dot (Q *m x) (Q *m y) = dot x y.
Proof. by move=> o; rewrite /dot trmx_mul mulmxA -[_ *m Q^T *m Q]mulmxA o mulmx1. Qed.

Lemma reflection_sym v : (gh (2%:R, v))^T = gh (2%:R, v).
Proof. by rewrite /gh /delta linearB linearZ /= trmx1 trmx_mul trmxK. Qed.
Lemma reflection_twice v : gh (2%:R, v) *m gh (2%:R, v) = 1%:M.
Proof.
have e u : gh (2%:R, v) *m (gh (2%:R, v) *m u) = u.
  rewrite /gh /= !delta_mul; set s := dot v v; have [v0|s0] := eqVneq s 0.
    by rewrite v0 invr0 mulr0 !mul0r !scale0r !subr0.
  rewrite dotBr dotZr -/s -[RHS]subr0 -addrA; congr (_ + _).
  rewrite -opprD -scalerDl; congr (- _); apply/eqP; rewrite scaler_eq0; apply/orP; left.
  by apply/eqP; field.
apply/matrixP => i j; have := congr1 (fun u : 'cV[R]_n => u i 0) (e (delta_mx j 0)).
by rewrite mulmxA -colE [LHS]mxE [in RHS]mxE eqxx andbT => ->; rewrite mxE.
Qed.
Lemma reflection_orthogonal v : orthogonal (gh (2%:R, v)).
Proof. by rewrite /orthogonal reflection_sym reflection_twice. Qed.
Lemma orthogonal_mul Q Q' : orthogonal Q -> orthogonal Q' -> orthogonal (Q *m Q').
Proof. by rewrite /orthogonal trmx_mul mulmxA => o o'; rewrite -[_ *m Q^T *m Q]mulmxA o mulmx1. Qed.

Lemma rank_fixed Q : (\rank (Q - 1%:M)%R = n - \rank (kermx (Q^T - 1%:M)%R))%N.
Proof.
rewrite mxrank_ker subKn ?rank_leq_row // -mxrank_tr; congr (\rank _).
by rewrite linearB /= trmx1.
Qed.
Lemma fixedP Q x : reflect (Q *m x = x) (x^T <= kermx (Q^T - 1%:M))%MS.
Proof.
apply: (iffP sub_kermxP); rewrite mulmxBr mulmx1 -trmx_mul.
  by move=> /eqP; rewrite subr_eq0 => /eqP /trmx_inj.
by move=> ->; rewrite subrr.
Qed.

Lemma one_reflection Q : orthogonal Q -> Q != 1%:M -> exists2 v, v != 0 &
  (\rank (gh (2%:R, v) *m Q - 1%:M)%R < \rank (Q - 1%:M)%R)%N.
Proof.
move=> o Q1.
have [j moved] : exists j, Q *m delta_mx j 0 != delta_mx j (0 : 'I_1).
  apply/existsP; apply: contraR Q1; rewrite negb_exists => /forallP fixed.
  apply/eqP/matrixP => i j; have := fixed j; rewrite negbK => /eqP /colP /(_ i).
  by rewrite -colE !mxE andbT.
set x := delta_mx j 0 in moved; pose v := Q *m x - x.
have v0 : v != 0 by rewrite subr_eq0.
have s0 : dot v v != 0.
  by apply: contra v0 => /eqP s; apply/eqP/OneLayer.dot_null; rewrite s.
have [Qxx Qd] : dot (Q *m x) (Q *m x) = dot x x /\ forall y, Q *m y = y -> dot v y = 0.
  split=> [|y fy]; first exact: orthogonal_dot.
  by rewrite dotC dotBr -{1}fy !orthogonal_dot // subrr.
exists v => //; set H := gh (2%:R, v); rewrite !rank_fixed ltn_sub2l //.
  rewrite -[X in (_ < X)%N](mxrank1 R n) ltnNge; apply: contra moved => full.
  apply/eqP/fixedP; apply: submx_full; rewrite /row_full eqn_leq rank_leq_col /=.
  by move: full; rewrite mxrank1.
apply: rank_ltmx; rewrite ltmxE; apply/andP; split.
  apply/row_subP => i; rewrite -[row i _]trmxK; apply/fixedP.
  have /fixedP fy : ((row i (kermx (Q^T - 1%:M)))^T^T <= kermx (Q^T - 1%:M))%MS.
    by rewrite trmxK row_sub.
  by rewrite -mulmxA fy /H /gh delta_mul /= (Qd _ fy) mulr0 scale0r subr0.
apply/negP => le; case/negP: moved; apply/eqP/fixedP; apply: submx_trans le.
apply/fixedP; rewrite -mulmxA /H /gh delta_mul /=.
have vv : dot v v = 2%:R * dot v (Q *m x).
  by rewrite {1 3}/v ![dot (_ - _) _]dotC !dotBr ![dot (_ - _) _]dotC !dotBr Qxx [dot x (Q *m x)]dotC; ring.
have /andP [_ d0] : (2%:R != 0 :> R) && (dot v (Q *m x) != 0) by rewrite -negb_or -mulf_eq0 -vv.
rewrite vv invfM mulrA divff ?pnatr_eq0 // mul1r mulVf // scale1r /v.
by rewrite opprB addrC subrK.
Qed.

Theorem orthogonal_least Q : orthogonal Q ->
  (exists vs, [/\ size vs = \rank (Q - 1%:M)%R, all (fun v => v != 0) vs &
                  Q = product (reflections vs)]) /\
  (forall fs, Q = product fs -> (\rank (Q - 1%:M)%R <= size fs)%N).
Proof.
move=> o; split; last by move=> fs; apply: at_least_rank.
suff [vs [le nz e]] : exists vs, [/\ (size vs <= \rank (Q - 1%:M)%R)%N, all (fun v => v != 0) vs &
    Q = product (reflections vs)].
  exists vs; split=> //; apply/eqP; rewrite eqn_leq le.
  by have := at_least_rank e; rewrite size_map.
move: {2}(\rank _) (leqnn (\rank (Q - 1%:M)%R)) => k; elim: k Q o => [|k IH] Q o le.
  move: le; rewrite leqn0 mxrank_eq0 subr_eq0 => /eqP ->.
  by exists [::].
have [Q1|Q1] := eqVneq Q 1%:M; first by exists [::]; rewrite Q1.
have [v v0 lt] := one_reflection o Q1.
have [||vs [sz nz e]] := IH (gh (2%:R, v) *m Q).
- by apply: orthogonal_mul => //; apply: reflection_orthogonal.
- by rewrite -ltnS; apply: leq_trans lt le.
exists (rcons vs v); rewrite size_rcons all_rcons v0 nz; split=> //.
  exact: leq_ltn_trans lt.
by rewrite /reflections map_rcons -cats1 product_cat /= mul1mx -e mulmxA reflection_twice mul1mx.
Qed.

Corollary orthogonal_n Q : orthogonal Q -> exists vs, [/\ (size vs <= n)%N,
  all (fun v => v != 0) vs & Q = product (reflections vs)].
Proof.
move=> /orthogonal_least [[vs [sz nz e]] _]; exists vs; split=> //.
by rewrite sz rank_leq_row.
Qed.
End Factors.

(** * 3. Permutations *)
Section Permutations.
Variables (R : realFieldType) (n : nat).
Implicit Types (s : 'S_n).
Import GroupScope.
Local Open Scope ring_scope.

Lemma reflection_tperm (i j : 'I_n) : i != j ->
  gh (2%:R, PermCompile.ediff R i j) = perm_mx (tperm i j).
Proof.
move=> ij; rewrite -PermCompile.house_tperm /gh /= /dot PermCompile.ediff_norm // divff //.
by rewrite pnatr_eq0.
Qed.
Lemma ediff_nonzero (i j : 'I_n) : i != j -> PermCompile.ediff R i j != 0.
Proof.
move=> ij; apply/eqP => e; have := PermCompile.ediff_norm R ij; rewrite e mulmx0 mxE.
by move/eqP; rewrite eq_sym pnatr_eq0.
Qed.

Lemma one_transposition s : s != 1%g -> exists x, [/\ x != s x,
  #|porbits (tperm x (s x) * s)%g| = #|porbits s|.+1 & (#|porbits s| < n)%N].
Proof.
move=> s1; have [x sx] : exists x, x != s x.
  apply/existsP; apply: contraR s1; rewrite negb_exists => /forallP fixed.
  by apply/eqP/permP => x; rewrite perm1; apply/eqP; have := fixed x; rewrite negbK eq_sym.
have := porbits_mul_tperm s x (s x); rewrite sx /=.
have -> : x \in porbit s (s x) by rewrite porbit_sym -[s x]/((s ^+ 1)%g x) mem_porbit.
rewrite addn0 addn1 => more; exists x; split=> //.
by rewrite -more; apply: leq_trans (leq_imset_card _ _) _; rewrite card_ord.
Qed.

Lemma permutation_upper s : exists vs, [/\ (size vs <= n - #|porbits s|)%N,
  all (fun v => v != 0) vs & perm_mx s = product (reflections vs) :> 'M[R]_n].
Proof.
move: {2}(n - _)%N (leqnn (n - #|porbits s|)) => k; elim: k s => [|k IH] s le.
  have [->|/one_transposition [x [_ _ less]]] := eqVneq s 1%g; first by exists [::]; rewrite perm_mx1.
  by move: le; rewrite leqn0 subn_eq0 leqNgt less.
have [->|/one_transposition [x [sx more less]]] := eqVneq s 1%g.
  by exists [::]; rewrite perm_mx1.
set t := (tperm x (s x) * s)%g in more.
have [|vs [sz nz e]] := IH t; first by rewrite more subnS -ltnS prednK ?subn_gt0.
have se : s = (tperm x (s x) * t)%g by rewrite /t mulgA tperm2 mul1g.
exists (rcons vs (PermCompile.ediff R x (s x))); rewrite size_rcons all_rcons ediff_nonzero //.
split=> //; first by apply: leq_ltn_trans sz _; rewrite more subnS prednK ?subn_gt0.
rewrite /reflections map_rcons -cats1 product_cat /= mul1mx -e reflection_tperm //.
by rewrite {1}se perm_mxM.
Qed.

(** What a permutation of the coordinates keeps is constant on cycles. *)
Lemma permutation_rank s : (n - #|porbits s| <= \rank ((perm_mx s : 'M[R]_n) - 1%:M)%R)%N.
Proof.
rewrite rank_fixed leq_sub2l //; set K := kermx _.
pose E : 'M[R]_(#|porbits s|, n) := \matrix_(o, j) (j \in (enum_val o : {set 'I_n}))%:R.
apply: leq_trans (rank_leq_row E); apply: mxrankS; apply/row_subP => i; set u := row i K.
have fixed j : u 0 (s j) = u 0 j.
  have : (u <= K)%MS by apply: row_sub.
  rewrite -[u]trmxK => /fixedP /colP /(_ j); rewrite !mxE (bigD1 (s j)) //= big1 => [|l lj].
    by rewrite !mxE eqxx mul1r addr0.
  by rewrite !mxE eq_sym (negbTE lj) mul0r.
have along k j : u 0 ((s ^+ k)%g j) = u 0 j.
  by elim: k => [|k IH]; rewrite ?expg0 ?perm1 // expgSr permM fixed.
have inO j : porbit s j \in porbits s by apply: imset_f.
pose w : 'rV[R]_#|porbits s| := \row_o (if [pick j in (enum_val o : {set 'I_n})] is Some j then u 0 j else 0).
suff -> : u = w *m E by apply: submxMl.
apply/rowP => j; rewrite [RHS]mxE (bigD1 (enum_rank_in (inO j) (porbit s j))) //= big1 => [|o oj].
  rewrite [w 0 _]mxE [E _ j]mxE enum_rankK_in // porbit_id mulr1 addr0.
  case: pickP => [l|/(_ j)]; last by rewrite porbit_id.
  by rewrite porbit_sym => /porbitP [k ->]; rewrite along.
rewrite [E _ j]mxE; case jo : (j \in _); rewrite ?mulr0 //; case/eqP: oj.
apply: enum_val_inj; rewrite enum_rankK_in //; move: (enum_valP o) jo => /imsetP [l _ ->] jl.
by apply/eqP; rewrite eq_porbit_mem porbit_sym.
Qed.

Theorem permutation_least s :
  (exists vs, [/\ size vs = (n - #|porbits s|)%N, all (fun v => v != 0) vs &
                  perm_mx s = product (reflections vs) :> 'M[R]_n]) /\
  (forall fs, perm_mx s = product fs :> 'M[R]_n -> (n - #|porbits s| <= size fs)%N).
Proof.
split=> [|fs /at_least_rank]; last exact: leq_trans (permutation_rank s).
have [vs [le nz e]] := permutation_upper s; exists vs; split=> //.
apply/eqP; rewrite eqn_leq le; have := at_least_rank e; rewrite size_map.
exact: leq_trans (permutation_rank s).
Qed.

(** I takes none, by definition, and nothing else does. *)
Corollary transposition_one (i j : 'I_n) : i != j ->
  perm_mx (tperm i j) = product [:: (2%:R, PermCompile.ediff R i j)] /\
  perm_mx (tperm i j) <> product [::] :> 'M[R]_n.
Proof.
move=> ij; rewrite /= mul1mx reflection_tperm //; split=> // /matrixP /(_ i i) /eqP.
by rewrite !mxE tpermL [j == i]eq_sym (negbTE ij) eqxx eq_sym oner_eq0.
Qed.
End Permutations.

(** * 4. The plane *)
Section Plane.
Variable R : realFieldType.

Definition turn (c s : R) : 'M[R]_2 :=
  \matrix_(i, j) (if i == j then c else if i == 0 then - s else s).

Theorem rotation_two c s : c ^+ 2 + s ^+ 2 = 1 -> c != 1 ->
  (exists vs, [/\ size vs = 2%N, all (fun v => v != 0) vs & turn c s = product (reflections vs)]) /\
  (forall fs, turn c s = product fs -> (2 <= size fs)%N).
Proof.
move=> one c1; have o : orthogonal (turn c s).
  apply/matrixP => i j; rewrite !mxE !big_ord_recr big_ord0 /= !mxE /=.
  by case: i => [[|[|//]] ?]; case: j => [[|[|//]] ?]; rewrite /= ?mulr1n ?mulr0n -?one; ring.
have r2 : \rank (turn c s - 1%:M)%R = 2%N.
  apply: mxrank_unit; rewrite unitmxE unitfE (expand_det_row _ 0) big_ord_recl big_ord1 /cofactor.
  rewrite !det_mx11 !mxE /= !mulr1n !mulr0n.
  rewrite /bump /= addn0 add0n expr0 expr1.
  have -> : (c - 1) * (1 * (c - 1)) + (- s - 0) * (-1 * (s - 0)) = c ^+ 2 + s ^+ 2 + 1 - 2%:R * c by ring.
  have -> : c ^+ 2 + s ^+ 2 + 1 - 2%:R * c = 2%:R * (1 - c) by rewrite one; ring.
  by rewrite mulf_neq0 ?pnatr_eq0 // subr_eq0 eq_sym.
by have := orthogonal_least o; rewrite r2.
Qed.

(** diag(2, 1) is one factor, with beta = -1, and no product of contracting ones. *)
Definition twice : 'M[R]_2 := \matrix_(i, j) (if i == j then if i == 0 then 2%:R else 1 else 0).
Theorem twice_needs_more :
  twice = product [:: (-1, delta_mx 0 0)] /\ forall fs, contracting fs -> twice <> product fs.
Proof.
have dotE (u : 'cV[R]_2) : dot u u = u 0 0 ^+ 2 + u 1 0 ^+ 2.
  rewrite /dot !mxE big_ord_recl big_ord1 !mxE !expr2.
  by have -> : lift ord0 ord0 = 1 :> 'I_2 by apply: val_inj.
split=> [|fs]; last first.
  apply: (@expanding _ _ _ (delta_mx 0 0)); rewrite !dotE -colE !mxE /=.
  by rewrite expr0n expr1n !addr0 -natrX ltr1n.
rewrite /= mul1mx /gh /= dotE !mxE /= expr0n expr1n addr0 divr1.
apply/matrixP => i j; rewrite !mxE big_ord1 !mxE.
by case: i => [[|[|//]] ?]; case: j => [[|[|//]] ?]; rewrite /= ?mulr1n ?mulr0n; ring.
Qed.
End Plane.
