(** ThreeFactors.v -- how negative an eigenvalue of three factors with beta in [0, 1] can be.

    Statement: no eigenvalue of C_1 C_2 C_3 has a real part below -1/8, if each C is symmetric and
    |C y|^2 <= y . C y for all y, as factors with 0 <= beta <= 1 are ([three_factors]); over any
    ordered field.  Three projections of a plane along keys 60 degrees apart have the eigenvalue
    -1/8, where the field has a root of 3 ([least_attained]).  Two such factors have none that is
    negative (SpectrumEvidence.v, two factors), reflections have -1 (Tight.v).
    Proof.  C v lies in the ball whose diameter is the segment from 0 to v, and two points of that
    ball have a product of -|v|^2 / 8 or more ([product_least]).  With w = C_2 C_3 v and
    C_1 w = z v: z (v . w) = w . C_1 w >= |C_1 w|^2 = |z|^2 |v|^2; so Re z < 0 makes
    Re (v . w) <= Re z |v|^2, and Re (v . w) = Re (C_2 v . C_3 v) >= -|v|^2 / 8.
    The eigenvalue a + b i with the eigenvector x + y i stands for two real equations.
    Source: Statewright.  The hypothesis of Theorem 1 of Grazzi et al. (ICLR 2025) fails first for
    three factors. *)
From mathcomp Require Import all_ssreflect all_algebra ring.
From Statewright Require Import SymRound KdaRound OneLayer Householder.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section ThreeFactors.
Variables (R : realFieldType) (n : nat).
Implicit Types (C : 'M[R]_n) (u v w x y : 'cV[R]_n).

(** symmetric, and takes v into the ball over the segment from 0 to v *)
Definition short C :=
  (forall u v, dot u (C *m v) = dot (C *m u) v) /\ forall u, dot (C *m u) (C *m u) <= dot u (C *m u).

Lemma gh_short beta v : 0 <= beta -> beta <= 1 -> short (gh (beta, v)).
Proof.
move=> b0 b1; split=> [x y|u].
  by rewrite /gh /= !delta_mul dotBr [RHS]dotC dotBr !dotZr [dot y x]dotC [dot y v]dotC
             [dot x v]dotC; ring.
rewrite dot_gh /gh /= delta_mul dotBr dotZr [dot u v]dotC; set p := dot v u; set s := dot v v.
rewrite -subr_ge0; have -> : dot u u - beta / s * p * p -
    (dot u u - beta * (2%:R - beta) * (p ^+ 2 / s)) = beta * (1 - beta) * (p ^+ 2 / s).
  by rewrite expr2; ring.
apply: mulr_ge0; first by apply: mulr_ge0; rewrite ?subr_ge0.
by apply: mulr_ge0; rewrite ?sqr_ge0 ?invr_ge0 ?dot_ge0.
Qed.

Lemma product_least C C' v : short C -> short C' -> - dot v v <= 8%:R * dot (C *m v) (C' *m v).
Proof.
move=> [_ /(_ v) le] [_ /(_ v) le']; set p := C *m v in le *; set q := C' *m v in le' *.
have e : 8%:R * dot p q + dot v v = dot (2%:R *: p + 2%:R *: q - v) (2%:R *: p + 2%:R *: q - v) +
    4%:R * (dot v p - dot p p) + 4%:R * (dot v q - dot q q).
  rewrite dotBr dotDr !dotZr ![dot (_ - v) _]dotC !dotBr !dotDr !dotZr.
  by rewrite [dot q p]dotC [dot p v]dotC [dot q v]dotC; ring.
by rewrite -subr_ge0 opprK e !addr_ge0 ?dot_ge0 // mulr_ge0 ?ler0n ?subr_ge0.
Qed.

(** a + b i is an eigenvalue of C_1 C_2 C_3 *)
Theorem three_factors C1 C2 C3 a b x y : short C1 -> short C2 -> short C3 ->
  C1 *m (C2 *m (C3 *m x)) = a *: x - b *: y -> C1 *m (C2 *m (C3 *m y)) = b *: x + a *: y ->
  (x != 0) || (y != 0) -> - 8%:R^-1 <= a.
Proof.
move=> s1 s2 s3; set wx := C2 *m (C3 *m x); set wy := C2 *m (C3 *m y) => ex ey nz.
have [a0|neg] := leP 0 a; first by apply: le_trans a0; rewrite oppr_le0 invr_ge0 ler0n.
set N := dot x x + dot y y; pose P := dot wx x + dot wy y; pose Q := dot wy x - dot wx y.
have N0 : 0 < N.
  have pos u : u != 0 -> 0 < dot u u.
    by move=> u0; rewrite ltNge; apply: contra u0 => /dot_null ->.
  by case/orP: nz => /pos; [apply: ltr_paddr | apply: ltr_paddl]; rewrite dot_ge0.
have least : - N <= 8%:R * P.
  have low u : dot (C2 *m (C3 *m u)) u = dot (C2 *m u) (C3 *m u).
    by rewrite [LHS]dotC; case: s2 => -> _.
  by rewrite /P /wx /wy !low mulrDr opprD ler_add ?product_least.
have [sym1 le1] := s1.
have turned : b * P = a * Q.
  have := sym1 wx wy; rewrite ex ey dotDr !dotZr [RHS]dotC dotBr !dotZr => e.
  by apply/eqP; rewrite -subr_eq0 /P /Q; apply/eqP; move/eqP: e; rewrite -subr_eq0 => /eqP <-; ring.
have grows : (a ^+ 2 + b ^+ 2) * N <= a * P + b * Q.
  have := ler_add (le1 wx) (le1 wy); rewrite ex ey => le; apply: le_trans (le_trans le _).
    rewrite le_eqVlt; apply/orP; left; apply/eqP.
    rewrite !(dotBr, dotDr, dotZr) ![dot (_ - _) _]dotC ![dot (_ + _) _]dotC.
    by rewrite !(dotBr, dotDr, dotZr) /N [dot y x]dotC; ring.
  rewrite le_eqVlt; apply/orP; left; apply/eqP.
  by rewrite !(dotBr, dotDr, dotZr) /P /Q; ring.
have square : 0 < a ^+ 2 + b ^+ 2.
  by rewrite ltr_paddr ?sqr_ge0 // lt_def sqr_ge0 sqrf_eq0 lt_eqF.
have below : P <= a * N.
  rewrite -(ler_pmul2l square).
  have -> : (a ^+ 2 + b ^+ 2) * P = a * (a * P + b * Q).
    by have -> : (a ^+ 2 + b ^+ 2) * P = a * a * P + b * (b * P); [ring | rewrite turned; ring].
  by rewrite mulrCA ler_nmul2l.
have : - N <= 8%:R * (a * N) by apply: le_trans least _; rewrite ler_pmul2l ?ltr0n.
rewrite mulrA -[- N]mulN1r ler_pmul2r // => le.
by rewrite -(ler_pmul2l (_ : 0 < 8%:R)) ?ltr0n // mulrN mulfV ?pnatr_eq0.
Qed.
End ThreeFactors.

(** * The bound is attained *)
Section Attained.
Variables (R : realFieldType) (s : R).
Hypothesis root : s ^+ 2 = 3%:R.

Definition pair (a b : R) : 'cV[R]_2 := \col_i (if i == 0 then a else b).

(** The projections along them leave the lines at 0, 60 and 120 degrees. *)
Theorem least_attained :
  gh (1, pair 0 1) *m (gh (1, pair s (-1)) *m (gh (1, pair s 1) *m pair 1 0)) =
  - 8%:R^-1 *: pair 1 0.
Proof.
have dotp a b c d : dot (pair a b) (pair c d) = a * c + b * d.
  rewrite /dot mxE 2!big_ord_recl big_ord0 addr0 !mxE.
  by have -> : lift ord0 ord0 = 1 :> 'I_2 by apply: val_inj.
have step k a b c d : pair a b - k *: pair c d = pair (a - k * c) (b - k * d).
  by apply/matrixP => i j; rewrite !mxE; case: eqP.
have s2 : s * s = 3%:R by rewrite -expr2.
have proj a b c d : gh (1, pair a b) *m pair c d =
    pair (c - (a * c + b * d) / (a * a + b * b) * a) (d - (a * c + b * d) / (a * a + b * b) * b).
  by rewrite /gh /= delta_mul !dotp step mul1r [_^-1 * _]mulrC.
have four : s * s + 1 * 1 = 4%:R by rewrite s2; ring.
have four' : s * s + -1 * -1 = 4%:R by rewrite s2; ring.
have n4 : 4%:R != 0 :> R by rewrite pnatr_eq0.
have n8 : 8%:R != 0 :> R by rewrite pnatr_eq0.
have -> : gh (1, pair s 1) *m pair 1 0 = pair 4%:R^-1 (- (s / 4%:R)).
  rewrite proj four; congr pair; last by field.
  by have -> : 1 - (s * 1 + 1 * 0) / 4%:R * s = 1 - s * s / 4%:R; [field | rewrite s2; field].
have -> : gh (1, pair s (-1)) *m pair 4%:R^-1 (- (s / 4%:R)) = pair (- 8%:R^-1) (- (s / 8%:R)).
  rewrite proj four'; congr pair; last by field.
  have -> : 4%:R^-1 - (s * 4%:R^-1 + -1 * - (s / 4%:R)) / 4%:R * s = 4%:R^-1 - s * s / 8%:R.
    by field.
  by rewrite s2; field.
rewrite proj; apply/matrixP => i j; rewrite !mxE.
by case: eqP => _; field; rewrite ?n8 ?oner_eq0.
Qed.
End Attained.
