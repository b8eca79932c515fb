(** EigenvalueShown.v -- one vector that shows an eigenvalue which forbids nothing: the claim
    of FORMAT.md 4.8.

    Statement ([eigenvalue_check_sound]): if [eigenvalue_check M i inputs r q] computes to
    [true], the product of the matrices that layer i of the file M has for these inputs
    has, over every real field, an eigenvalue that is not real (r = 0), or that is not a
    real number >= 0 (r = 1).  So the theorems about parity and counting do not apply to
    a network that meets this product ([eigenvalue_refutes]).
    Proof.  q^T H q is the sum of l^r q(l)^2 over the eigenvalues l (TraceHankel.v): it is
    not negative if all of them are real and, for r = 1, none is below 0.
    No axioms. *)
From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra complex ssrZ ring.
From Statewright Require Import ParityImpossible TraceHankel SpectrumCheck SpectrumEvidence.
From Statewright Require Import CastNetwork CountingNetwork.
From Statewright Require NetworkFile.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Shown.
Variable R : rcfType.
Local Notation toC := (real_complex R).

Definition eigenvalue_shown (r : nat) n (A : 'M[R]_n) : Prop :=
  exists a b : R, eigenvalue (map_mx toC A) (a +i* b)%C /\ ((b != 0) || (r == 1)%N && (a < 0)).

Theorem negative_form_shows n (A : 'M[R]_n.+1) r (u : 'rV[R]_n.+1) : (r < 2)%N ->
  (u *m hankel A r *m u^T) 0 0 < 0 -> eigenvalue_shown r A.
Proof.
move=> r2 neg; have [t [ct tt]] := spectral (map_mx toC A).
pose bad (l : R[i]) := (complex.Im l != 0) || (r == 1)%N && (complex.Re l < 0).
case: (boolP (has bad t)) => [/hasP [[a b] lt ab]|/hasPn none].
  by exists a, b; split=> //; rewrite eigenvalue_root_char ct root_prod_XsubC.
move: neg; pose q : {poly R} := \poly_(i < n.+1) u 0 (inord i).
have uE : u = \row_i q`_i by apply/rowP => i; rewrite mxE coef_poly ltn_ord inord_val.
rewrite uE ltNge -lecR (form_sum tt r (size_poly _ _)) big_seq.
case/negP; apply: sumr_ge0 => -[a b] /none; rewrite /bad /= negb_or negbK => /andP [/eqP -> ra].
rewrite -[(a +i* 0)%C]/(toC a) horner_map -!rmorphX -rmorphM /= lecR mulr_ge0 ?sqr_ge0 //.
move: ra r2; clear; case: r => [|[|//]] /=; first by rewrite expr0 ler01.
by rewrite expr1 -leNgt.
Qed.

Lemma shown_scaled r n (c : R) (A : 'M[R]_n) : 0 < c -> eigenvalue_shown r A ->
  eigenvalue_shown r (c *: A).
Proof.
move=> c0 [a [b [/eigenvalueP [v va v0] ab]]]; exists (c * a), (c * b); split; last first.
  by rewrite mulf_eq0 (negbTE (lt0r_neq0 c0)) pmulr_rlt0.
apply/eigenvalueP; exists v => //; rewrite map_mxZ -scalemxAr va scalerA; congr (_ *: _).
by rewrite /=; simpc.
Qed.

(** .. and then there is no evidence of the contrary *)
Theorem eigenvalue_refutes r n (A : 'M[R]_n) : eigenvalue_shown r A -> ~ good (r == 1)%N A.
Proof.
move=> [a [b [/eigenvalueP [v va v0] ab]]] gA; have [x [y vE]] := complex_vector v.
case: (gA x y a b).
- rewrite -negb_and; apply: contra v0 => /andP [/eqP x0 /eqP y0].
  by rewrite vE x0 y0 map_mx0 scaler0 addr0.
- by apply/complex_pair; rewrite -vE.
move=> b0 a0; move: ab; rewrite b0 eqxx /=; case: eqP a0 => //= _ /(_ isT).
by rewrite leNgt => /negbTE ->.
Qed.
End Shown.

(** * The check *)
Definition no_layer : NetworkFile.file_layer :=
  NetworkFile.Layer 0 0 nil (NetworkFile.Fractions xH nil) nil 0
  (NetworkFile.Fractions xH nil) (NetworkFile.Fractions xH nil).
Definition layer_of (M : NetworkFile.network) (i : nat) := nth no_layer (NetworkFile.n_layers M) i.
(** Of numerators: a positive factor changes neither claim. The vector is about the product
    itself, so that its entries take the powers of the denominator. *)
Definition word_num n (ts : seq NetworkFile.transition) : seq (seq Z) :=
  foldl (fun P t => zmul n (transition_num n t) P) (zid n) ts.
Definition word_den n (ts : seq NetworkFile.transition) : Z :=
  foldl (fun d t => Z.mul d (transition_den n t)) (Zpos xH) ts.
Definition of_numerators n (d : Z) (q : seq Z) : seq Z :=
  [seq Z.mul (nth Z0 q i) (Z.pow d (Z.of_nat (n.-1 - i))) | i <- iota 0 n].
Definition eigenvalue_check (M : NetworkFile.network) (i : nat) (inputs : seq nat) (r : nat)
    (q : seq Z) : bool :=
  let l := layer_of M i in let n := (NetworkFile.y_rows l).-1.+1 in
  let ts := [seq rule_of l x | x <- inputs] in
  NetworkFile.well_formed M && (i < size (NetworkFile.n_layers M))%N && (r < 2)%N && (size q == n)%N &&
  all (fun x => x < size (NetworkFile.y_inputs l))%N inputs && all (keys_check n) ts &&
  refute_check n (word_num n ts) r (of_numerators n (word_den n ts) q).

Definition product_has_eigenvalue (M : NetworkFile.network) (i : nat) (inputs : seq nat)
    (r : nat) : Prop :=
  let l := layer_of M i in forall R : rcfType,
  eigenvalue_shown r (mprod (fun x => transition_mx R (NetworkFile.y_rows l).-1.+1 (rule_of l x)) inputs).

Theorem eigenvalue_check_sound M i inputs r q :
  eigenvalue_check M i inputs r q = true -> product_has_eigenvalue M i inputs r.
Proof.
move=> /andP [/andP [/andP [/andP [/andP [_ r2] _] _] keys] neg] l R.
set n := (NetworkFile.y_rows l).-1 in keys neg *.
suff [c [c0 e]] : exists c : R, 0 < c /\ mprod (fun x => transition_mx R n.+1 (rule_of l x)) inputs =
    c *: mx R n.+1 (word_num n.+1 [seq rule_of l x | x <- inputs]).
  by rewrite e; apply: shown_scaled c0 _; apply: negative_form_shows r2 (refute_check_form R neg).
rewrite /word_num; elim/last_ind: inputs keys {neg} => [|w x IH] keys.
  by exists 1; rewrite ltr01 scale1r mx_id.
move: keys; rewrite map_rcons all_rcons => /andP [kx /IH [c [c0 e]]].
have [d0 f] := transition_num_mx R kx; exists ((ZR R (transition_den n.+1 (rule_of l x)))^-1 * c); split.
  by rewrite mulr_gt0 // invr_gt0.
rewrite /mprod !foldl_rcons -/(mprod _ w) e mx_mul f -scalemxAl -scalemxAr !scalerA.
by rewrite mulrAC mulVf ?mul1r // lt0r_neq0.
Qed.

(** A quarter of a turn has the eigenvalues i and -i. *)
Definition turning : NetworkFile.network :=
  NetworkFile.Network 1 2 [:: NetworkFile.Layer 2 1 [:: 0]%N (NetworkFile.Fractions xH [:: Zpos xH; Z0])
    [:: NetworkFile.Input (NetworkFile.Dense (NetworkFile.Fractions xH [:: Z0; Zpos xH; Zneg xH; Z0])) None]
    2 (NetworkFile.Fractions xH [:: Zpos xH; Z0; Z0; Zpos xH]) (NetworkFile.Fractions xH [:: Z0; Z0])].
Theorem turning_is_not_real : product_has_eigenvalue turning 0 [:: 0%N] 0.
Proof. by apply: (@eigenvalue_check_sound _ _ _ _ [:: Z0; Zpos xH]); vm_compute. Qed.
