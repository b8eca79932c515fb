(** ReflectionPairs.v -- addition modulo m by two layers whose matrices are single
    reflections, for every m and for words of every length.

    Layer 1 is the scalar clock h <- 1 - h (matrix -1); its output is the letter
    with the parity of the time.  Layer 2 multiplies a plane vector by
    H(a) = [[cos a, sin a], [sin a, -cos a]] with a = (1 - 2x) pi/m at odd and
    (1 + 2x) pi/m at even times; two reflections in a row make the rotation by
    2 (x + x') pi/m.  The decoder takes the nearest of 2m points.  In the
    cast model one layer of symmetric matrices ends with period 1 or 2 on a constant
    letter (RealCounting.v), so for m > 2 the second layer is needed.

    Statement: [modular_addition], over any real field with a rotation c, s of order
    2m; [rotations_exist] provides one in every real closed field, hence
    [reflections_add].  Source: Theorem 6 (Appendix D) of Grazzi et al. (ICLR 2025);
    its equation (7) prints theta(j,1) in the first line where theta(j,0) is meant. *)
From mathcomp Require Import all_ssreflect all_algebra all_field cyclic complex ring.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

(** * 1. What is needed of cosine and sine

    [c k] and [s k] stand for the cosine and sine of k pi/m, k an integer: the two
    subtraction theorems, and an order of exactly 2m. *)
Definition rotation (R : realFieldType) (m : nat) (c s : int -> R) : Prop :=
  [/\ c 0 = 1,
      forall a b, c (a - b) = c a * c b + s a * s b,
      forall a b, s (a - b) = s a * c b - c a * s b &
      forall k, (c k == 1) = (m.*2%:Z %| k)%Z].

Section Reflections.
Variables (R : realFieldType) (m' : nat).
Let m := m'.+1.
Variables c s : int -> R.
Hypothesis rot : rotation m c s.

Let c0 : c 0 = 1. Proof. by case: rot. Qed.
Let cB a b : c (a - b) = c a * c b + s a * s b. Proof. by case: rot. Qed.
Let sB a b : s (a - b) = s a * c b - c a * s b. Proof. by case: rot. Qed.
Let cord k : (c k == 1) = (m.*2%:Z %| k)%Z. Proof. by case: rot. Qed.

Lemma pythagoras k : c k ^+ 2 + s k ^+ 2 = 1.
Proof. by rewrite !expr2 -cB subrr. Qed.
Lemma c_le1 k : c k <= 1.
Proof.
have c2 : c k ^+ 2 <= 1 by rewrite -(pythagoras k) ler_addl sqr_ge0.
case: (leP (c k) 0) => [/le_trans -> //|ck0]; first exact: ler01.
by rewrite -(@expr_le1 _ 2) // ltW.
Qed.

(** the point at angle k, and the reflection at angle a *)
Definition point (k : int) : 'cV[R]_2 := \col_i (if i == 0 then c k else s k).
Definition refl (a : int) : 'M[R]_2 :=
  \matrix_(i, j) (if i == 0 then (if j == 0 then c a else s a)
                  else (if j == 0 then s a else - c a)).
Definition dot (u v : 'cV[R]_2) : R := (u^T *m v) 0 0.

Lemma two (i : 'I_2) : i = 0 \/ i = 1.
Proof. by case: i => -[|[|k]] h //; [left|right]; apply/eqP. Qed.

Lemma sum2 (F : 'I_2 -> R) : \sum_i F i = F 0 + F 1.
Proof. by rewrite big_ord_recl big_ord1; congr (_ + F _); apply/eqP. Qed.

Lemma dotE (u v : 'cV[R]_2) : dot u v = u 0 0 * v 0 0 + u 1 0 * v 1 0.
Proof. by rewrite /dot mxE sum2 !mxE. Qed.

Lemma refl_point a b : refl a *m point b = point (a - b).
Proof.
apply/colP => i; rewrite !mxE sum2 !mxE /=.
by case: (two i) => ->; rewrite /= ?cB ?sB ?mulNr.
Qed.

(** H(a) is a single generalised Householder matrix with beta = 2 *)
Theorem refl_householder a :
  exists2 v : 'cV[R]_2, dot v v != 0 &
    refl a = 1%:M - (2%:R / dot v v) *: (v *m v^T).
Proof.
have mx (M N : 'M[R]_2) : M 0 0 = N 0 0 -> M 0 1 = N 0 1 -> M 1 0 = N 1 0 ->
    M 1 1 = N 1 1 -> M = N.
  by move=> *; apply/matrixP => i j; case: (two i) => ->; case: (two j) => ->.
have tw : 2%:R != 0 :> R by rewrite pnatr_eq0.
have py := pythagoras a; case: (eqVneq (c a) 1) => [c1|c1].
  have s0 : s a = 0.
    by apply/eqP; rewrite -sqrf_eq0 -(inj_eq (addrI (c a ^+ 2))) py c1 expr1n addr0.
  exists (delta_mx 1 0); first by rewrite dotE !mxE /= mulr0 add0r mulr1 oner_eq0.
  rewrite dotE !mxE /= mulr0 add0r mulr1 divr1.
  by apply: mx; rewrite !mxE big_ord1 !mxE /= ?c1 ?s0; ring.
have d0 : 1 - c a != 0 by rewrite subr_eq0 eq_sym.
have s2 : s a * s a = (1 - c a) * (1 + c a).
  by rewrite -subr_sqr expr1n -py addrC addKr expr2.
pose v : 'cV[R]_2 := \col_i (if i == 0 then 1 - c a else - s a).
have vv : dot v v = 2%:R * (1 - c a).
  rewrite dotE !mxE /= mulrNN s2 -mulrDr addrACA [- _ + _]addrC subrr addr0.
  by rewrite mulrC -mulr2n.
exists v; first by rewrite vv mulf_neq0.
have -> : 2%:R / dot v v = (1 - c a)^-1 by rewrite vv invfM mulrA divff ?mul1r.
apply: mx; rewrite !mxE big_ord1 !mxE /=.
- by rewrite mulKf // opprB addrC subrK.
- by rewrite mulrN mulrN mulKf // sub0r opprK.
- by rewrite [- s a * _]mulrC mulrN mulrN mulKf // sub0r opprK.
by rewrite mulrNN s2 mulKf // opprD addrA subrr sub0r.
Qed.

(** * 2. The network *)

(** angle of the second layer's matrix for letter x at an odd or even time *)
Definition theta (x : nat) (odd_time : bool) : int :=
  if odd_time then 1 - (x.*2)%:Z else 1 + (x.*2)%:Z.

(** one time step: layer 1 is h <- -h + 1, and layer 2 sees its new state *)
Definition step (S : R * 'cV[R]_2) (x : nat) : R * 'cV[R]_2 :=
  let h := - 1 * S.1 + 1 in (h, refl (theta x (h == 1)) *m S.2).
Definition run (w : seq nat) : R * 'cV[R]_2 := foldl step (0, point 0) w.

(** decoder: the i whose point, or mirrored point, is nearest (largest product) *)
Definition score (h : 'cV[R]_2) (i : 'I_m) : R :=
  Num.max (dot (point (1 - (i.*2)%:Z)) h) (dot (point (i.*2)%:Z) h).
Definition decode (h : 'cV[R]_2) : 'I_m := [arg max_(i > ord0) score h i]%O.
Definition net_out (w : seq nat) : nat := decode (run w).2.

(** * 3. Correctness *)

Definition total (w : seq nat) : nat := sumn w.

Lemma run_state w :
  run w = ((odd (size w))%:R,
           point (if odd (size w) then 1 - ((total w).*2)%:Z else ((total w).*2)%:Z)).
Proof.
elim/last_ind: w => [|w x IH]; first by rewrite /run.
rewrite /run -cats1 foldl_cat -/(run w) IH /= size_cat /= addn1 /= /step /=.
have -> : total (w ++ [:: x]) = (total w + x)%N by rewrite /total sumn_cat /= addn0.
rewrite doubleD PoszD; case: (odd (size w)) => /=.
  rewrite mulr1 addNr eq_sym oner_eq0 refl_point /theta; congr (_, point _); ring.
rewrite mulr0 add0r eqxx refl_point /theta; congr (_, point _); ring.
Qed.

Lemma dot_point a b : dot (point a) (point b) = c (a - b).
Proof. by rewrite dotE !mxE /= cB. Qed.

Lemma odd_not_multiple (k : int) : ~~ (m.*2%:Z %| 1 + k *+ 2)%Z.
Proof.
apply/negP => /dvdzP [q]; rewrite -muln2 PoszM mulrA => e.
have : (2%:Z %| 1)%Z.
  by apply/dvdzP; exists (q * m%:Z - k); apply: (addIr (k *+ 2)); rewrite e; ring.
by rewrite dvdz1.
Qed.

Lemma even_multiple (i y : nat) : (m.*2%:Z %| (i.*2)%:Z - (y.*2)%:Z)%Z ->
  (i < m)%N -> i = (y %% m)%N.
Proof.
rewrite -!muln2 !PoszM -mulrBl dvdz_mul2r // => h im.
have /eqP : (i%:Z == y%:Z %[mod m%:Z])%Z by rewrite eqz_mod_dvd.
by rewrite !modz_nat modn_small // => -[].
Qed.

Lemma score_le1 w i : score (run w).2 i <= 1.
Proof. by rewrite run_state /score le_maxl !dot_point !c_le1. Qed.

Lemma score_max w (i : 'I_m) : score (run w).2 i = 1 -> i = (total w %% m)%N :> nat.
Proof.
rewrite run_state /score !dot_point /=; set y := total w.
have odd_no (k : int) : c (1 + k *+ 2) <> 1.
  by move=> /eqP; rewrite cord (negbTE (odd_not_multiple k)).
have dbl (j : nat) : (j.*2)%:Z = j%:Z *+ 2 by rewrite -muln2 PoszM; ring.
case: (odd (size w)).
  have -> : (i.*2)%:Z - (1 - (y.*2)%:Z) = 1 + (i%:Z + y%:Z - 1) *+ 2.
    by rewrite !dbl; ring.
  have -> : 1 - (i.*2)%:Z - (1 - (y.*2)%:Z) = (y.*2)%:Z - (i.*2)%:Z.
    by rewrite opprB addrC addrA subrK.
  case: leP => _ e; first by case: (odd_no _ e).
  have /eqP := e; rewrite cord => h; apply: even_multiple => //.
  have -> : (i.*2)%:Z - (y.*2)%:Z = - ((y.*2)%:Z - (i.*2)%:Z) by ring.
  by rewrite dvdzE abszN -dvdzE.
have -> : 1 - (i.*2)%:Z - (y.*2)%:Z = 1 + (- i%:Z - y%:Z) *+ 2.
  by rewrite !dbl; ring.
case: leP => _ e; last by case: (odd_no _ e).
by have /eqP := e; rewrite cord => h; apply: even_multiple.
Qed.

(** the right answer reaches the bound: its point, or mirrored point, is the state *)
Lemma score_attained w (i : 'I_m) : i = (total w %% m)%N :> nat -> score (run w).2 i = 1.
Proof.
move=> iy; apply/eqP; rewrite eq_le score_le1 /= run_state /score !dot_point le_maxr.
set y := total w.
have h : (m.*2%:Z %| (i.*2)%:Z - (y.*2)%:Z)%Z.
  rewrite -!muln2 !PoszM -mulrBl dvdz_mul2r // -eqz_mod_dvd !modz_nat.
  by rewrite iy modn_mod.
have one k : (m.*2%:Z %| k)%Z -> 1 <= c k by rewrite -cord => /eqP ->.
case: (odd (size w)); apply/orP; [left|right]; apply: one => //.
have -> : 1 - (i.*2)%:Z - (1 - (y.*2)%:Z) = - ((i.*2)%:Z - (y.*2)%:Z) by ring.
by rewrite dvdzE abszN -dvdzE.
Qed.

(** Theorem 6: the two layers add the letters modulo m, whatever the word's length. *)
Theorem modular_addition w : net_out w = (total w %% m)%N.
Proof.
rewrite /net_out /decode; case: Order.TotalTheory.arg_maxP => // i _ best.
apply: score_max; apply/eqP; rewrite eq_le score_le1 /=.
have im : (total w %% m < m)%N by rewrite ltn_mod.
by rewrite -(@score_attained w (Ordinal im)) //; apply: best.
Qed.
End Reflections.

(** * 4. Rotations exist *)

Section Exists.
Variable R : rcfType.
Import ComplexField.

Lemma prim_root_exists n : (0 < n)%N -> exists z : R[i], n.-primitive_root z.
Proof.
move=> n0; pose p : {poly R[i]} := 'X^n - 1; have [r Dp] := closed_field_poly_normal p.
rewrite (monicP _) ?monic_Xn_sub_1 // scale1r in Dp.
have rn1 : all n.-unity_root r by apply/allP => z; rewrite -root_prod_XsubC -Dp.
have sz : (n < (size r).+1)%N by rewrite -(size_prod_XsubC r id) -Dp size_Xn_sub_1.
have [|z] := hasP (has_prim_root n0 rn1 _ sz); last by exists z.
by rewrite -separable_prod_XsubC -Dp separable_Xn_sub_1 // pnatr_eq0 -lt0n.
Qed.

Theorem rotations_exist m : (0 < m)%N -> exists c s : int -> R, rotation m c s.
Proof.
move=> m0; have n0 : (0 < m.*2)%N by rewrite double_gt0.
have [z pz] := prim_root_exists n0.
have nz : `|z| = 1.
  by apply/eqP; rewrite -(@pexpr_eq1 _ _ m.*2) // -normrX (prim_expr_order pz) normr1.
have z0 : z != 0 by rewrite -normr_eq0 nz oner_neq0.
have zz k : z ^ k * (z ^ k)^*%C = 1.
  rewrite -sqr_normc; suff -> : `|z ^ k| = 1 by rewrite expr1n.
  by case: k => k; rewrite /exprz /= ?normfV normrX nz expr1n ?invr1.
have zB a b : z ^ (a - b) = z ^ a * (z ^ b)^*%C.
  rewrite expfzDr //; congr (_ * _); rewrite -invr_expz.
  by apply: (mulfI (expfz_neq0 b z0)); rewrite zz divff ?expfz_neq0.
exists (fun k => complex.Re (z ^ k)), (fun k => complex.Im (z ^ k)); split.
- by rewrite expr0z.
- by move=> a b; rewrite zB; case: (z ^ a) => x y; case: (z ^ b) => u v /=; ring.
- by move=> a b; rewrite zB; case: (z ^ a) => x y; case: (z ^ b) => u v /=; ring.
move=> k; have -> : (complex.Re (z ^ k) == 1) = (z ^ k == 1).
  have := zz k; case: (z ^ k) => x y; simpc; rewrite !eq_complex /= => -[xy _].
  apply/eqP/andP => [x1|[/eqP]//]; split; first exact/eqP.
  by rewrite -sqrf_eq0 -(inj_eq (addrI (x * x))) expr2 xy addr0 x1 mulr1.
rewrite dvdzE /= (prim_order_dvd pz); case: k => k; rewrite /exprz /= ?NegzE //.
by rewrite invr_eq1.
Qed.
End Exists.

(** Both together: the network exists and adds, for every m. *)
Corollary reflections_add (R : rcfType) m' : exists c s : int -> R,
  rotation m'.+1 c s /\ forall w, net_out m' c s w = (sumn w %% m'.+1)%N.
Proof.
have [//|c [s rot]] := @rotations_exist R m'.+1.
by exists c, s; split => // w; apply: modular_addition.
Qed.
