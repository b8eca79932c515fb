(** FactorCheck.v -- certificates of claim `factors` (FORMAT.md 4.5), by computation.

    Statement ([factors_check_sound]): if [factors_check M claims] computes to [true] then for
    every matrix that the claims name, of the inputs of the network file M, holds what they say:
    it is a product of so many factors I - beta v v^T / (v^T v) with 0 <= beta <= 2, or as near
    to one as the claim has it; of fewer than so many it is none, whatever their beta; it makes no
    vector longer; or it makes one longer and is no product of such factors at all.  Over every
    real closed field, so over the reals.
    The check multiplies integers.  That a minor is not 0 it sees from an inverse up to
    denominators, which [eliminated] computes and nobody has to trust: the product is looked at.
    The twins: a turn of the plane has such a certificate for two factors ([turns_checked]), and
    so none for one, whatever anybody writes into it ([no_certificate_for_one]).
    Sources: Householder.v; the numbers are those of the file, as in CastNetwork.v. *)
From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra ssrZ ring.
From Statewright Require Import SymRound KdaRound Householder SpectrumCheck CastNetwork FactorPencil.
From Statewright Require NetworkFile OneLayer.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

(** * 1. What a certificate says *)

Inductive factor_claim :=
| Expanding (x : seq Z)                                  (* |A x| > |x| *)
| Bounds (factors : option (seq NetworkFile.factor * Z * positive))
         (rows columns : seq nat)                        (* of a minor that is not 0 *)
         (pencil : option (NetworkFile.fractions * seq Z))      (* Z and q: one factor more *)
         (norm : option (NetworkFile.fractions * NetworkFile.fractions)).  (* D and L: I - A^T A = L D L^T *)
(** of the matrix of one input of one layer *)
Record matrix_claim := Matrix { m_layer : nat; m_input : nat; m_claim : factor_claim }.

Section Meaning.
Variables (R : rcfType) (n : nat).
Implicit Types A B : 'M[R]_n.

(** the square of the Frobenius norm of A - B *)
Definition distance2 A B : R := \sum_i \sum_j (A i j - B i j) ^+ 2.
Definition product_claim A (size_of : nat) (num : Z) (den : positive) : Prop :=
  exists fs : seq (R * 'cV[R]_n), [/\ size fs = size_of, keys_nonzero fs, contracting fs &
    if num is Z0 then A = product fs
    else distance2 A (product fs) <= (ZR R num / ZR R (Zpos den)) ^+ 2].
Definition claim_holds A (c : factor_claim) : Prop :=
  match c with
  | Expanding _ => (exists x : 'cV[R]_n, dot x x < dot (A *m x) (A *m x)) /\
                   forall fs : seq (R * 'cV[R]_n), contracting fs -> A <> product fs
  | Bounds factors rows _ pencil norm =>
      [/\ if factors is Some (fs, num, den) then product_claim A (size fs) num den else True,
          forall fs : seq (R * 'cV[R]_n), A = product fs -> (size rows <= size fs)%N,
          if pencil is Some _ then forall fs : seq (R * 'cV[R]_n), contracting fs ->
            A = product fs -> (size rows < size fs)%N else True &
          if norm is Some _ then OneLayer.nonexpansive A else True]
  end.
End Meaning.

Definition claim_true (M : NetworkFile.network) (c : matrix_claim) : Prop :=
  if List.nth_error (NetworkFile.n_layers M) (m_layer c) is Some l then
    (m_input c < size (NetworkFile.y_inputs l))%N /\
    forall R : rcfType, claim_holds (transition_mx R (NetworkFile.y_rows l) (rule_of l (m_input c))) (m_claim c)
  else False.
Definition factors_hold (M : NetworkFile.network) (cs : seq matrix_claim) : Prop :=
  forall c, List.In c cs -> claim_true M c.

(** * 2. The check, on integers *)

Definition beta_check (f : NetworkFile.factor) : bool :=
  Z.leb Z0 (NetworkFile.b_num f) && Z.leb (NetworkFile.b_num f) (Z.mul (Zpos 2) (Zpos (NetworkFile.b_den f))).
(** A / a is the matrix *)
Definition expanding_check n A a x : bool :=
  let y i := zsum n (fun j => Z.mul (ent A i j) (nth Z0 x j)) in
  Z.ltb (Z.mul (Z.mul a a) (zsum n (fun i => Z.mul (nth Z0 x i) (nth Z0 x i))))
        (zsum n (fun i => Z.mul (y i) (y i))).
Definition product_check n A a (fs : seq NetworkFile.factor) num den : bool :=
  let t := NetworkFile.Product fs in let P := transition_num n t in let p := transition_den n t in
  let e i j := Z.sub (Z.mul (ent A i j) p) (Z.mul (ent P i j) a) in
  all (key_check n) fs && all beta_check fs && Z.leb Z0 num &&
  Z.leb (Z.mul (Z.mul (Zpos den) (Zpos den)) (zsum n (fun i => zsum n (fun j => Z.mul (e i j) (e i j)))))
        (Z.mul (Z.mul num num) (Z.mul (Z.mul a p) (Z.mul a p))).

(** Row operations that make M diagonal, if it has an inverse: M | I becomes D | E, E M = D.
    Nothing is proved of this; the product is. *)
Definition reduced (v : seq Z) : seq Z :=
  let g := foldr Z.gcd Z0 v in if Z.eqb g Z0 then v else [seq Z.div z g | z <- v].
Fixpoint eliminated (steps column : nat) (done rest : seq (seq Z)) : seq (seq Z) :=
  if steps is s.+1 then
    let k := find (fun v => negb (Z.eqb (nth Z0 v column) Z0)) rest in
    let pivot := nth [::] rest k in
    let p := nth Z0 pivot column in
    let clear v := reduced [seq Z.sub (Z.mul p z.1) (Z.mul (nth Z0 v column) z.2) | z <- zip v pivot] in
    eliminated s column.+1 (rcons (map clear done) pivot) (map clear (take k rest ++ drop k.+1 rest))
  else done.
Definition left_inverse r (M : seq (seq Z)) : seq (seq Z) :=
  [seq drop r v | v <- eliminated r 0 [::] [seq nth [::] M i ++ nth [::] (zid r) i | i <- iota 0 r]].

Definition minor_matrix A a (rows columns : seq nat) : seq (seq Z) :=
  zmat (size rows) (fun i j => let k := nth 0%N rows i in let l := nth 0%N columns j in
    Z.sub (ent A k l) (if eqn k l then a else Z0)).
Definition minor_check n A a (rows columns : seq nat) : bool :=
  let r := size rows in let M := minor_matrix A a rows columns in
  let D := zmul r (left_inverse r M) M in
  eqn (size columns) r && all (fun i => i < n)%N rows && all (fun i => i < n)%N columns &&
  all (fun i => all (fun j => Bool.eqb (Z.eqb (ent D i j) Z0) (negb (eqn i j))) (iota 0 r)) (iota 0 r).

(** Y = Z (I - A) has Y (I - A) = I - A^T A, and not all of its eigenvalues are real and >= 0:
    q^T H q < 0 for H = (tr Y^(i+j)). *)
Definition pencil_check n A a (X : NetworkFile.fractions) (q : seq Z) : bool :=
  let J := zmat n (fun i j => Z.sub (if eqn i j then a else Z0) (ent A i j)) in
  let Y := zmul n (zmat n (fun i j => number X (i * n + j))) J in
  let z := Zpos (NetworkFile.f_den X) in let y := Z.mul z a in let YJ := zmul n Y J in
  (0 < n)%N && Z.ltb Z0 y &&
  all (fun i => all (fun j => Z.eqb (ent YJ i j) (Z.mul z (Z.sub (if eqn i j then Z.mul a a else Z0)
    (zsum n (fun k => Z.mul (ent A k i) (ent A k j)))))) (iota 0 n)) (iota 0 n) &&
  refute_check n Y 0 [seq Z.mul (nth Z0 q i) (Z.pow y (Z.of_nat (n.-1 - i))) | i <- iota 0 n].

Definition norm_check n A a (D L : NetworkFile.fractions) : bool :=
  let l := Zpos (NetworkFile.f_den L) in
  all (fun k => Z.leb Z0 (number D k)) (iota 0 n) &&
  all (fun i => all (fun j => Z.eqb
    (Z.mul (Z.mul a a) (zsum n (fun k => Z.mul (Z.mul (number L (i * n + k)) (number D k)) (number L (j * n + k)))))
    (Z.mul (Z.mul (Z.mul l l) (Zpos (NetworkFile.f_den D)))
       (Z.sub (if eqn i j then Z.mul a a else Z0) (zsum n (fun k => Z.mul (ent A k i) (ent A k j))))))
    (iota 0 n)) (iota 0 n).

Definition claim_check n (t : NetworkFile.transition) (c : factor_claim) : bool :=
  let A := transition_num n t in let a := transition_den n t in
  keys_check n t &&
  match c with
  | Expanding x => expanding_check n A a x
  | Bounds factors rows columns pencil norm =>
      (if factors is Some (fs, num, den) then product_check n A a fs num den else true) &&
      minor_check n A a rows columns &&
      (if pencil is Some (X, q) then pencil_check n A a X q else true) &&
      (if norm is Some (D, L) then norm_check n A a D L else true)
  end.
Definition factors_check (M : NetworkFile.network) (cs : seq matrix_claim) : bool :=
  NetworkFile.well_formed M && all (fun c =>
    if List.nth_error (NetworkFile.n_layers M) (m_layer c) is Some l then
      (m_input c < size (NetworkFile.y_inputs l))%N &&
      claim_check (NetworkFile.y_rows l) (rule_of l (m_input c)) (m_claim c)
    else false) cs.

(** * 3. It is right *)
Section Sound.
Variables (R : rcfType) (n : nat).
Implicit Types A B : 'M[R]_n.

Definition factor_of (f : NetworkFile.factor) : R * 'cV[R]_n :=
  (ZR R (NetworkFile.b_num f) / ZR R (Zpos (NetworkFile.b_den f)), (row_of R n (NetworkFile.b_key f))^T).

Lemma factor_mx_gh f : factor_mx R n f = gh (factor_of f).
Proof. by rewrite /factor_mx /gh /delta /dot /= trmxK. Qed.
Lemma transition_product fs : transition_mx R n (NetworkFile.Product fs) = product (map factor_of fs).
Proof.
rewrite /=; suff H B : foldl (fun A f => factor_mx R n f *m A) B fs = product (map factor_of fs) *m B.
  by rewrite H mulmx1.
by elim: fs B => [|f fs IH] B /=; rewrite ?mul1mx // IH factor_mx_gh mulmxA.
Qed.
Lemma key_nonzero f : key_check n f -> (factor_of f).2 != 0.
Proof.
move=> k0; apply: contraTneq (ZR_gt0 R k0) => /= v0.
by rewrite -norm_of_mx -[row_of _ _ _]trmxK v0 trmx0 mul0mx mxE ltxx.
Qed.
Lemma beta_contracts f : beta_check f -> (0 <= (factor_of f).1) && ((factor_of f).1 <= 2%:R).
Proof.
move=> /andP [b0 b2] /=; have d0 := ZR_pos R (NetworkFile.b_den f); rewrite divr_ge0 ?ZR_ge0 //=.
rewrite ler_pdivr_mulr // -[2%:R]/(ZR R (Zpos 2)) -ZRM -subr_ge0 -ZRB.
by apply: ZR_ge0; apply/Z.leb_le; apply/Z.le_0_sub; apply/Z.leb_le.
Qed.

Lemma ZR_le x y : Z.leb x y -> ZR R x <= ZR R y.
Proof. by move=> /Z.leb_le /Z.le_0_sub /Z.leb_le /(@ZR_ge0 R); rewrite ZRB subr_ge0. Qed.
Lemma ZR_lt x y : Z.ltb x y -> ZR R x < ZR R y.
Proof. by move=> /Z.ltb_lt /Z.lt_0_sub /Z.ltb_lt /(@ZR_gt0 R); rewrite ZRB subr_gt0. Qed.
Lemma ZR_if (b : bool) x : ZR R (if b then x else Z0) = ZR R x *+ b.
Proof. by case: b. Qed.
Lemma ZR_eq0 x : (ZR R x == 0) = Z.eqb x Z0.
Proof.
case: x => [|p|p]; first by rewrite eqxx.
  by rewrite (gt_eqF (ZR_pos R p)).
by rewrite lt_eqF // ZR_lt0.
Qed.

Variables (T : seq (seq Z)) (a : Z) (A : 'M[R]_n).
Hypotheses (a0 : 0 < ZR R a) (TA : mx R n T = ZR R a *: A).
Let an : ZR R a != 0 := lt0r_neq0 a0.

Lemma entry (i j : 'I_n) : ZR R (ent T i j) = ZR R a * A i j.
Proof. by have := congr1 (fun M : 'M[R]_n => M i j) TA; rewrite !mxE. Qed.

Lemma dotE (w : 'cV[R]_n) : dot w w = \sum_i w i 0 ^+ 2.
Proof. by rewrite /dot mxE; apply: eq_bigr => i _; rewrite mxE expr2. Qed.

Lemma expanding_sound x : expanding_check n T a x -> claim_holds A (Expanding x).
Proof.
move=> /ZR_lt; pose u : 'cV[R]_n := \col_i ZR R (nth Z0 x i).
set X := zsum n _; set Y := zsum n _.
have -> : ZR R (Z.mul (Z.mul a a) X) = ZR R a ^+ 2 * dot u u.
  by rewrite !ZRM dotE ZR_sum expr2; congr (_ * _); apply: eq_bigr => i _; rewrite ZRM mxE expr2.
have -> : ZR R Y = ZR R a ^+ 2 * dot (A *m u) (A *m u).
  rewrite dotE ZR_sum mulr_sumr; apply: eq_bigr => i _; rewrite ZRM -expr2 -exprMn; congr (_ ^+ 2).
  by rewrite ZR_sum mxE mulr_sumr; apply: eq_bigr => j _; rewrite ZRM entry mxE mulrA.
rewrite ltr_pmul2l ?exprn_gt0 // => long.
by split=> [|fs]; [exists u | apply: expanding long].
Qed.

Lemma product_sound fs num den : product_check n T a fs num den -> product_claim A (size fs) num den.
Proof.
move=> /andP [/andP [/andP [ks bs] n0] /ZR_le near]; exists (map factor_of fs); rewrite size_map.
have d0 := ZR_pos R den.
have [p0 PG] := @transition_num_mx R n (NetworkFile.Product fs) ks; rewrite transition_product in PG.
set P := transition_num n _ in PG near; set p := transition_den n _ in p0 PG near.
set G := product _ in PG *; set S := zsum n _ in near.
have le : distance2 A G <= (ZR R num / ZR R (Zpos den)) ^+ 2.
  have S_ : ZR R S = (ZR R a * ZR R p) ^+ 2 * distance2 A G.
    rewrite ZR_sum /distance2 mulr_sumr; apply: eq_bigr => i _.
    rewrite ZR_sum mulr_sumr; apply: eq_bigr => j _; rewrite ZRM -expr2 -exprMn; congr (_ ^+ 2).
    have e := congr1 (fun M : 'M[R]_n => M i j) PG; rewrite !mxE in e.
    by rewrite ZRB !ZRM entry e mulrBr mulrAC [_ * G i j * _]mulrC mulrA.
  have ap : 0 < (ZR R a * ZR R p) ^+ 2 by rewrite exprn_gt0 // mulr_gt0.
  move: near; rewrite !ZRM S_ -!expr2 mulrCA [X in _ <= X]mulrC ler_pmul2l // expr_div_n.
  by rewrite ler_pdivl_mulr ?exprn_gt0 // mulrC.
split=> //.
- by rewrite /keys_nonzero all_map; apply: sub_all ks => f; apply: key_nonzero.
- by rewrite /contracting all_map; apply: sub_all bs => f; apply: beta_contracts.
case: num le {near n0} => // /=; rewrite ZR0 mul0r expr0n /= => le.
have ge0 i : 0 <= \sum_j (A i j - G i j) ^+ 2 by apply: sumr_ge0 => j _; apply: sqr_ge0.
have /eqP : distance2 A G == 0 by rewrite eq_le le sumr_ge0.
rewrite /distance2 => /(psumr_eq0P (fun i _ => ge0 i)) z.
apply/matrixP => i j; apply/eqP; rewrite -subr_eq0 -sqrf_eq0; apply/eqP.
by move: (z i isT) => /(psumr_eq0P (fun j _ => sqr_ge0 _)); apply.
Qed.

Lemma minor_sound rows columns : minor_check n T a rows columns ->
  (size rows <= \rank (A - 1%:M)%R)%N.
Proof.
set r := size rows; move=> /andP [/andP [/andP [/eqP cr rn] cn] /allP E].
pose i (k : 'I_r) : 'I_n := Ordinal (all_nthP 0%N rn k (ltn_ord k)).
have ck (k : 'I_r) : (k < size columns)%N by rewrite cr ltn_ord.
pose j (k : 'I_r) : 'I_n := Ordinal (all_nthP 0%N cn k (ck k)).
apply: (@minor_rank R n _ r i j); set S := \matrix_(_, _) _.
set M := minor_matrix T a rows columns in E; set X := left_inverse r M in E.
have MS : mx R r M = ZR R a *: S.
  apply/matrixP => k l; rewrite !mxE ent_zmat ZRB -[nth 0%N rows k]/(i k : nat).
  by rewrite -[nth 0%N columns l]/(j l : nat) entry ZR_if mulrBr mulr_natr.
have diag : mx R r (zmul r X M) = diag_mx (\row_k ZR R (ent (zmul r X M) k k)).
  apply/matrixP => k l; rewrite !mxE; have [->|kl] := eqVneq k l; first by rewrite mulr1n.
  have /allP /(_ _ (SpectrumEvidence.in_iota l)) := E _ (SpectrumEvidence.in_iota k).
  rewrite -[eqn k l]/(k == l :> nat) val_eqE (negbTE kl) => /Bool.eqb_prop /Z.eqb_eq ->.
  by rewrite mulr0n.
suff : S \in unitmx by rewrite unitmxE unitfE.
have : mx R r (zmul r X M) \in unitmx.
  rewrite diag unitmxE det_diag unitfE; apply/prodf_neq0 => k _; rewrite mxE ZR_eq0.
  have /allP /(_ _ (SpectrumEvidence.in_iota k)) := E _ (SpectrumEvidence.in_iota k).
  by rewrite -[eqn k k]/(k == k :> nat) eqxx => /Bool.eqb_prop ->.
by rewrite mx_mul MS -scalemxAr scalemxAl unitmx_mul => /andP [].
Qed.

Lemma norm_sound D L : norm_check n T a D L -> OneLayer.nonexpansive A.
Proof.
move=> /andP [/allP D0 /allP E] u.
set l := ZR R (Zpos (NetworkFile.f_den L)); set d := ZR R (Zpos (NetworkFile.f_den D)).
have ld : 0 < l * l * d by rewrite !mulr_gt0 // ZR_pos.
pose Lm : 'M[R]_n := \matrix_(i, k) ZR R (number L (i * n + k)).
pose Dm : 'rV[R]_n := \row_k ZR R (number D k).
have form : l * l * d *: (1%:M - A^T *m A) = Lm *m diag_mx Dm *m Lm^T.
  apply: (scalerI (lt0r_neq0 (mulr_gt0 a0 a0))); apply/matrixP => i j.
  have /allP /(_ _ (SpectrumEvidence.in_iota j)) /Z.eqb_eq e := E _ (SpectrumEvidence.in_iota i).
  rewrite mul_mx_diag !mxE -(ZRM R a a); move/(congr1 (ZR R)): e; rewrite !ZRM ZRB !ZR_sum ZR_if ZRM.
  rewrite -/l -/d => e.
  have -> : \sum_k (\matrix_(i, j) (Lm i j * Dm 0 j)) i k * Lm^T k j =
      \sum_(k < n) ZR R (Z.mul (Z.mul (number L (i * n + k)) (number D k)) (number L (j * n + k))).
    by apply: eq_bigr => k _; rewrite !mxE !ZRM.
  rewrite e mulrCA; congr (_ * _).
  rewrite -[eqn i j]/(i == j :> nat) val_eqE mulrBr mulr_natr; congr (_ - _).
  by rewrite mulr_sumr; apply: eq_bigr => k _; rewrite ZRM !entry !mxE mulrACA.
rewrite -subr_ge0 -(pmulr_rge0 _ ld).
have -> : l * l * d * (dot u u - dot (A *m u) (A *m u)) = \sum_k Dm 0 k * (Lm^T *m u) k 0 ^+ 2.
  transitivity ((u^T *m (l * l * d *: (1%:M - A^T *m A)) *m u) 0 0).
    have e : u^T *m (1%:M - A^T *m A) *m u = u^T *m u - (A *m u)^T *m (A *m u).
      by rewrite mulmxBr mulmxBl mulmx1 trmx_mul !mulmxA.
    by rewrite -scalemxAr -scalemxAl e [RHS]mxE [X in _ = _ * X]mxE [X in _ = _ * (_ + X)]mxE.
  rewrite form !mulmxA -mulmxA -[u^T *m Lm]trmxK trmx_mul trmxK mul_mx_diag mxE.
  by apply: eq_bigr => k _; rewrite !mxE expr2 mulrAC mulrC.
apply: sumr_ge0 => k _; rewrite mulr_ge0 ?sqr_ge0 // mxE ZR_ge0 //.
by apply: D0; apply: SpectrumEvidence.in_iota.
Qed.
End Sound.

Lemma pencil_sound (R : rcfType) n T a (A : 'M[R]_n) X q : 0 < ZR R a -> mx R n T = ZR R a *: A ->
  pencil_check n T a X q -> forall fs : seq (R * 'cV[R]_n), contracting fs -> A = product fs ->
  (\rank (A - 1%:M)%R < size fs)%N.
Proof.
case: n A => [|n] A a0 TA; first by rewrite /pencil_check.
move=> /andP [/andP [/andP [_ /Z.ltb_lt y0] /allP E] /refute_check_sound no].
set z := Zpos (NetworkFile.f_den X) in y0 E no; have z0 : 0 < ZR R z by apply: ZR_pos.
set J := zmat n.+1 (fun i j => Z.sub (if eqn i j then a else Z0) (ent T i j)) in E no.
set Zm := zmat n.+1 (fun i j => number X (i * n.+1 + j)) in E no; set Y := zmul _ Zm J in E no.
have an := lt0r_neq0 a0.
have JE : mx R n.+1 J = ZR R a *: (1%:M - A).
  rewrite scalerBr -TA; apply/matrixP => i j; rewrite !mxE ent_zmat ZRB ZR_if.
  by rewrite -[eqn i j]/(i == j :> nat) val_eqE mulr_natr.
pose Zr := (ZR R z)^-1 *: mx R n.+1 Zm.
have YE : mx R n.+1 Y = (ZR R z * ZR R a) *: (Zr *m (1%:M - A)).
  rewrite mx_mul JE /Zr -scalemxAr -scalemxAl !scalerA; congr (_ *: _).
  by rewrite [ZR R z * _]mulrC -mulrA divff ?mulr1 // lt0r_neq0.
apply: (@more_than_rank R n A Zr); last first.
  move=> sp; apply: (no R (Z.to_pos (Z.mul z a))); rewrite /weight Z2Pos.id // YE scalerA ZRM mulVf ?scale1r //.
  by rewrite mulf_neq0 // lt0r_neq0.
have za : ZR R z * ZR R a * ZR R a != 0 by rewrite !mulf_neq0 // lt0r_neq0.
have scaled (c d : R) (P Q : 'M[R]_n.+1) : (c *: P) *m (d *: Q) = (c * d) *: (P *m Q).
  by rewrite -scalemxAr -scalemxAl scalerA mulrC.
apply: (scalerI za); have -> : ZR R z * ZR R a * ZR R a *: (Zr *m (1%:M - A) *m (1%:M - A)) = mx R n.+1 (zmul n.+1 Y J).
  by rewrite mx_mul YE JE scaled.
apply/matrixP => i j; rewrite [LHS]mxE.
have /allP /(_ _ (SpectrumEvidence.in_iota j)) /Z.eqb_eq -> := E _ (SpectrumEvidence.in_iota i).
rewrite ZRM ZRB ZR_if ZRM ZR_sum -[eqn i j]/(i == j :> nat) val_eqE !mxE -!mulrA; congr (_ * _).
rewrite mulrA mulrBr mulr_natr; congr (_ - _); rewrite mulr_sumr; apply: eq_bigr => k _.
by rewrite ZRM !(entry TA) mxE mulrACA.
Qed.

Theorem claim_check_sound R n t c : claim_check n t c -> claim_holds (transition_mx R n t) c.
Proof.
move=> /andP [/(@transition_num_mx R) [a0 TA]]; case: c => [x|factors rows columns pencil norm] /=.
  exact: expanding_sound.
move=> /andP [/andP [/andP [pr /(minor_sound TA) mi] pe] no]; split.
- by case: factors pr => // -[[fs num] den]; apply: product_sound.
- by move=> fs /at_least_rank; apply: leq_trans.
- case: pencil pe => // -[X q] pe fs con e; apply: leq_ltn_trans mi _.
  exact: pencil_sound a0 TA pe fs con e.
by case: norm no => // -[D L]; apply: norm_sound.
Qed.

Theorem factors_check_sound M cs : factors_check M cs = true -> factors_hold M cs.
Proof.
move=> /andP [_]; elim: cs => [_ c []|c cs IH] /= /andP [ck cks] c' [<-|]; last exact: IH.
move: ck; rewrite /claim_true; case: List.nth_error => // l /andP [xl ck].
by split=> // R; apply: claim_check_sound.
Qed.

(** * 4. An instance, and what has no certificate *)
Module Instance.
Local Open Scope Z_scope.
Definition dense den v : NetworkFile.input_rule := NetworkFile.Input (NetworkFile.Dense (NetworkFile.Fractions den v)) None.
(** one layer on two numbers: the quarter turn, diag(2, 1), and the same turn halved *)
Definition net : NetworkFile.network := NetworkFile.Network 3 1 [:: NetworkFile.Layer 2 1 [:: 0]%N
  (NetworkFile.Fractions 1 [:: 0; 0])
  [:: dense 1 [:: 0; -1; 1; 0]; dense 1 [:: 2; 0; 0; 1]; dense 2 [:: 0; -1; 1; 0]] 1
  (NetworkFile.Fractions 1 [:: 0; 0]) (NetworkFile.Fractions 1 [:: 0])].
Definition axis u v : NetworkFile.factor := NetworkFile.Factor 2 1 (NetworkFile.Fractions 1 [:: u; v]).
Definition claims : seq matrix_claim :=
  [:: Matrix 0 0 (Bounds (Some ([:: axis 0 1; axis 1 (-1)], 0, 1%positive)) [:: 0; 1]%N [:: 0; 1]%N
        None (Some (NetworkFile.Fractions 1 [:: 0; 0], NetworkFile.Fractions 1 [:: 0; 0; 0; 0])));
      Matrix 0 1 (Expanding [:: 1; 0]);
      Matrix 0 2 (Bounds None [:: 0; 1]%N [:: 0; 1]%N
        (Some (NetworkFile.Fractions 25 [:: 9; -12; 12; 9], [:: -3; 5]))
        (Some (NetworkFile.Fractions 4 [:: 3; 3], NetworkFile.Fractions 1 [:: 1; 0; 0; 1])))].
Lemma checked : factors_check net claims = true.
Proof. by vm_compute. Qed.
Theorem turns_checked : factors_hold net claims.
Proof. exact: factors_check_sound checked. Qed.
End Instance.

Corollary no_certificate_for_one (R : rcfType) f den rows columns pencil norm :
  factors_check Instance.net
    [:: Matrix 0 0 (Bounds (Some ([:: f], Z0, den)) rows columns pencil norm)] = false.
Proof.
apply/negP => /factors_check_sound /(_ _ (or_introl erefl)) [_ /(_ R) [[fs [sz _ _ e]] _ _ _]].
have [_ /(_ R) [_ /(_ fs e) two _ _]] := Instance.turns_checked (or_introl erefl).
by rewrite sz in two.
Qed.
