(** RealCounting.v -- modular counting needs a product with a non-real eigenvalue.

    Let layer i of a stack (i = 1, 2, ...) have the property that every product of
    2^(i-1) of its matrices has only real eigenvalues.  Then L layers are eventually
    periodic with period 2^L on a constant letter, hence cannot test "length divisible
    by m" unless m divides 2^L ([real_no_mod_count]).  PeriodTri.v is the special case
    of triangular matrices, where every product is triangular.
    Proof.  The layer's input has a period p = 2^(i-1).  Over two periods the state is
    multiplied by the square of one such product; the square of a matrix with a real
    spectrum has a real non-negative one ([square_nonneg], through the trace-Hankel
    matrices), and PeriodDoubling.v has the rest.
    [reals_counted] closes the hypothesis of one layer (products of length 1) from
    certificates; deeper stacks need [real_spectrum] of every product.  Twins: one layer
    with a real spectrum counts modulo 2 (Tight.v, the same model); two layers, products
    of two letters of the second having non-real eigenvalues, count modulo any m
    (ReflectionPairs.v, exact arithmetic).
    Source: Theorem 2 of Grazzi et al. (ICLR 2025).  Excluded middle only. *)
From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra complex.
From Statewright Require Import ParityImpossible PeriodDoubling TraceHankel SpectrumCheck.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Counting.
Variable R : rcfType.
Local Notation toC := (real_complex R).

Definition real_spectrum n (A : 'M[R]_n.+1) : Prop :=
  exists s : seq R, char_poly A = \prod_(l <- s) ('X - l%:P).

Lemma mpow_sqr n (B : 'M[R[i]]_n) k : mpow (B *m B) k = mpow B (2 * k).
Proof.
elim: k => [|k IH]; first by rewrite muln0.
by rewrite mulnS add2n !mpowS IH mulmxA.
Qed.

Theorem square_nonneg n (P : 'M[R]_n.+1) : real_spectrum P -> nonneg_spectrum (P *m P).
Proof.
move=> [s cs]; have [t [ct tt]] := spectral (map_mx toC P).
have real l : l \in t -> exists x : R, l = toC x.
  rewrite (root_s ct) cs rmorph_prod /= => /rootP; rewrite horner_prod => /eqP.
  rewrite prodf_seq_eq0 => /hasP [x _] /=.
  by rewrite rmorphB /= map_polyX map_polyC hornerXsubC subr_eq0 => /eqP ->; exists x.
have tt2 k : \tr (mpow (map_mx toC (P *m P)) k) = \sum_(l <- map (fun l => l ^+ 2) t) l ^+ k.
  by rewrite map_mxM mpow_sqr tt big_map; apply: eq_bigr => l _; rewrite exprM.
suff H r : psd (hankel (P *m P) r) by apply: hankel_nonneg_spectrum.
move=> u; pose q : {poly R} := \poly_(i < n.+1) u 0 (inord i).
have uE : u = \row_i q`_i.
  by apply/rowP => i; rewrite mxE coef_poly ltn_ord inord_val.
rewrite uE -lecR (form_sum tt2 r (size_poly _ _)) big_map big_seq; apply: sumr_ge0 => l.
move=> /real [x ->]; rewrite -rmorphX horner_map -!rmorphX -rmorphM /= lecR.
by rewrite mulr_ge0 ?sqr_ge0 // exprn_ge0 // sqr_ge0.
Qed.

Definition real_products (L : layer R) p :=
  forall w, size w = p -> real_spectrum (wprod L w).

(** layer i of the stack: products of length p, 2p, 4p, ... *)
Fixpoint stack_real (N : seq (layer R)) p : Prop :=
  if N is L :: N' then real_products L p /\ stack_real N' (2 * p)%N else True.

Lemma stack_real_squares N p : stack_real N p -> stack_squares N p.
Proof.
elim: N p => //= L N IH p [rp rN]; split; last exact: IH.
by move=> w /rp /square_nonneg.
Qed.

Theorem real_no_mod_count (N : seq (layer R)) (accept : nat -> bool) m : (0 < m)%N ->
  stack_real N 1 -> (forall t, accept (nout N (fun _ => 1%N) t) = (m %| t.+1)%N) ->
  (m %| 2 ^ size N)%N.
Proof. by move=> m0 /stack_real_squares; apply: doubling_no_mod_count. Qed.

(** One layer from certificates: H0 of every letter, so no counting modulo 3 *)
Definition real_weights_check (W : wlayer) (cs : seq ldl) : bool :=
  all2 (fun a c => real_check (w_dim W).+1 a.1 c) (w_letters W) cs.

Lemma real_weights_sound W cs x : real_weights_check W cs -> real_spectrum (transition R W x).
Proof.
have zero : real_spectrum (0 : 'M[R]_((w_dim W).+1)).
  by have [s [e _]] := zero_spectrum R (w_dim W); exists s.
rewrite /real_weights_check /transition.
elim: (w_letters W) cs x => [|a l IH] [|c cs] [|x] //= /andP [h hs]; last exact: IH hs.
exact: real_check_sound h.
Qed.

Theorem reals_counted W cs (L : layer R) (accept : nat -> bool) m : (0 < m)%N ->
  real_weights_check W cs = true -> carries W L ->
  (forall t, accept (nout [:: L] (fun _ => 1%N) t) = (m %| t.+1)%N) -> (m %| 2)%N.
Proof.
move=> m0 ck cL rec; have -> : 2%N = (2 ^ size [:: L])%N by [].
apply: (real_no_mod_count m0 _ rec); split=> // -[|c [|? ?]] // _.
case: cL {rec} => B h0 k dec; rewrite /wprod /= mulmx1; exact: real_weights_sound ck.
Qed.
End Counting.
