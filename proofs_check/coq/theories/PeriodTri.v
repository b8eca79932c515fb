(** PeriodTri.v -- triangular layers count by doubling only.

    Statement ([no_mod_count]): a stack of L triangular layers (any real diagonal), cast
    as in ParityImpossible.v, is eventually periodic with period 2^L on 1, 1, 1, ..;
    hence it cannot test "length divisible by m" unless m divides 2^L, so not modulo 3
    ([no_mod3]), however deep.  The possibilities beside it, in the same model:
    [parity_possible] in Tight.v is one triangular layer with m = 2, and
    [mod_possible] counts modulo every m with one layer that is not triangular.
    Source: Grazzi et al., ICLR 2025, Theorem 2, for triangular transitions. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Statewright Require Import ParityImpossible PeriodDoubling.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Tri.
Variable R : realFieldType.

Lemma trig_mul n (A B : 'M[R]_n) : is_trig_mx A -> is_trig_mx B -> is_trig_mx (A *m B).
Proof.
move=> /is_trig_mxP a /is_trig_mxP b; apply/is_trig_mxP => i j ij.
rewrite mxE big1 // => k _; case: (ltnP i k) => [ik|ki]; first by rewrite a ?mul0r.
by rewrite (b k j) ?mulr0 //; apply: leq_ltn_trans ij.
Qed.

Lemma trig_sqr_spectrum n (P : 'M[R]_n.+1) : is_trig_mx P -> nonneg_spectrum (P *m P).
Proof.
move=> tP; exists [seq (P *m P) i i | i <- enum 'I_n.+1]; split.
  by rewrite char_poly_trig ?trig_mul // big_map big_enum.
apply/allP => x /mapP [i _ ->]; rewrite mxE (bigD1 i) //= big1 ?addr0 ?sqr_ge0 //.
move=> k ki; move/is_trig_mxP: tP => t.
case: (ltngtP i k) => [ik|ik|/val_inj e]; first by rewrite t ?mul0r.
  by rewrite (t k i) ?mulr0.
by rewrite e eqxx in ki.
Qed.

Lemma trig_squares (L : layer R) p : (forall c, is_trig_mx (lA L c)) -> squares_nonneg L p.
Proof.
move=> tr w _; apply: trig_sqr_spectrum.
have one : is_trig_mx (1%:M : 'M[R]_((dim L).+1)).
  by apply/is_trig_mxP => a b ab; rewrite mxE -val_eqE ltn_eqF.
by rewrite /wprod; elim: w 1%:M one => //= c w IH P tP; apply/IH/trig_mul.
Qed.

Theorem no_mod_count (N : seq (layer R)) (accept : nat -> bool) m : (0 < m)%N ->
  (forall L, List.In L N -> forall c, is_trig_mx (lA L c)) ->
  (forall t, accept (nout N (fun _ => 1%N) t) = (m %| t.+1)%N) ->
  (m %| 2 ^ size N)%N.
Proof.
move=> m0 tr; apply: doubling_no_mod_count => //.
elim: N 1%N tr => //= L N IH p tr; split; last by apply: IH => L' h; apply: tr; right.
by apply: trig_squares => c; apply: tr; left.
Qed.

Corollary no_mod3 (N : seq (layer R)) (accept : nat -> bool) :
  (forall L, List.In L N -> forall c, is_trig_mx (lA L c)) ->
  ~ (forall t, accept (nout N (fun _ => 1%N) t) = (3 %| t.+1)%N).
Proof.
move=> tr rec; have := no_mod_count (isT : (0 < 3)%N) tr rec.
by rewrite Euclid_dvdX.
Qed.
End Tri.
