(** SpectrumCheck.v -- from the integers of a weights file to "cannot decide parity".

    A weights file holds, for every layer and letter, a matrix of integers over one
    denominator.  Its certificate holds for each of them either nothing (triangular with
    a non-negative diagonal) or decompositions L D L^T of the two trace-Hankel matrices.
    [weights_check] is a boolean function on integers; when it computes to [true], no
    network with these matrices, at any depth, with any inputs, start, finite monotone
    cast and decoder, decides parity ([weights_no_parity]).  [real_check] certifies a
    real spectrum alone; [refute_check] proves from one vector that some eigenvalue is
    negative or not real.  The twin: the file of one layer with the weights 1 and -1
    decides the parity of every word in the same model ([flip_parity]), so that no
    certificate for it is ever accepted ([flip_has_no_certificate]).
    Sources: Theorem 1 of Grazzi et al. (ICLR 2025), TraceHankel.v, ParityImpossible.v.
    The only axiom is the excluded middle of ParityImpossible.v. *)
From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra complex ssrZ ring.
From Statewright Require Import ParityImpossible Tight TraceHankel.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

(** * 1. The check, on lists of integers *)

Definition ent (A : seq (seq Z)) (i j : nat) : Z := nth Z0 (nth [::] A i) j.
Definition zsum (n : nat) (F : nat -> Z) : Z := foldr (fun k a => Z.add (F k) a) Z0 (iota 0 n).
Definition zmat (n : nat) (F : nat -> nat -> Z) : seq (seq Z) :=
  [seq [seq F i j | j <- iota 0 n] | i <- iota 0 n].
(** rows of A times columns of B, each of which is looked up once ([zmulE]) *)
Definition zdot (u v : seq Z) : Z := foldr (fun p a => Z.add (Z.mul p.1 p.2) a) Z0 (zip u v).
Definition zmul n A B : seq (seq Z) :=
  let columns := [seq [seq ent B k j | k <- iota 0 n] | j <- iota 0 n] in
  [seq (let row := [seq ent A i k | k <- iota 0 n] in [seq zdot row c | c <- columns]) | i <- iota 0 n].
Lemma zmulE n A B : zmul n A B = zmat n (fun i j => zsum n (fun k => Z.mul (ent A i k) (ent B k j))).
Proof.
rewrite /zmul /zmat; apply: eq_map => i; rewrite -map_comp; apply: eq_map => j /=.
by rewrite /zdot /zsum; elim: (iota 0 n) => //= k s ->.
Qed.
Definition zid n := zmat n (fun i j => if eqn i j then (Zpos xH) else Z0).
Definition ztrace n A := zsum n (fun i => ent A i i).
(** traces of P, A P, A^2 P, ... *)
Fixpoint ztraces n A P (m : nat) : seq Z :=
  if m is m'.+1 then ztrace n P :: ztraces n A (zmul n A P) m' else [::].
Definition shaped n (A : seq (seq Z)) : bool :=
  eqn (size A) n && all (fun r => eqn (size r) n) A.

(** [scale * H = sum of d w w^T] over the pairs (d, w): L D L^T written column by
    column with one common denominator. *)
Record ldl := LDL { ldl_scale : Z; ldl_terms : seq (Z * seq Z) }.
Definition ldl_entry (c : ldl) (i j : nat) : Z :=
  foldr (fun p a => Z.add (Z.mul (Z.mul (nth Z0 p.2 i) p.1) (nth Z0 p.2 j)) a) Z0 (ldl_terms c).
Definition ldl_check n (t : seq Z) (r : nat) (c : ldl) : bool :=
  Z.ltb Z0 (ldl_scale c) && all (fun p => Z.leb Z0 p.1) (ldl_terms c) &&
  all (fun i => all (fun j =>
    Z.eqb (Z.mul (ldl_scale c) (nth Z0 t (i + j + r))) (ldl_entry c i j)) (iota 0 n)) (iota 0 n).

(** the matrix [A] (numerators), [c0] for H0 and [c1] for H1 *)
Definition real_check n A (c0 : ldl) : bool :=
  shaped n A && ldl_check n (ztraces n A (zid n) n.*2) 0 c0.
Definition spectrum_check n A (c0 c1 : ldl) : bool :=
  let t := ztraces n A (zid n) n.*2 in
  shaped n A && ldl_check n t 0 c0 && ldl_check n t 1 c1.
(** a vector on which H0 (r = 0) or H1 (r = 1) is negative *)
Definition refute_check n A r (q : seq Z) : bool :=
  let t := ztraces n A (zid n) (n.*2 + r) in
  shaped n A &&
  Z.ltb (zsum n (fun j => Z.mul (zsum n (fun i => Z.mul (nth Z0 q i) (nth Z0 t (i + j + r))))
                                (nth Z0 q j))) Z0.

(** * 2. Soundness *)
Section Sound.
Variable R : rcfType.
Definition ZR (z : Z) : R := (int_of_Z z)%:~R.

Lemma ZR0 : ZR Z0 = 0. Proof. by []. Qed.
Lemma ZR1 : ZR (Zpos xH) = 1. Proof. by []. Qed.
Lemma ZRD x y : ZR (Z.add x y) = ZR x + ZR y.
Proof. by rewrite /ZR -intrD -(rmorphD ZInstances.int_of_Z_rmorphism). Qed.
Lemma ZRM x y : ZR (Z.mul x y) = ZR x * ZR y.
Proof. by rewrite /ZR -intrM -(rmorphM ZInstances.int_of_Z_rmorphism). Qed.
Lemma ZR_ge0 z : Z.leb Z0 z -> 0 <= ZR z.
Proof. by case: z => // p _; rewrite /ZR ler0z. Qed.
Lemma ZR_gt0 z : Z.ltb Z0 z -> 0 < ZR z.
Proof. case: z => // p _; rewrite /ZR ltr0z /= ltz_nat; exact/ssrnat.ltP/Pos2Nat.is_pos. Qed.
Lemma ZR_lt0 z : Z.ltb z Z0 -> ZR z < 0.
Proof. by case: z => // p _; rewrite /ZR ltrz0 /= NegzE oppr_lt0. Qed.

Lemma ZR_foldr T (F : T -> Z) (s : seq T) :
  ZR (foldr (fun k a => Z.add (F k) a) Z0 s) = \sum_(k <- s) ZR (F k).
Proof. by elim: s => [|k s IH]; rewrite ?big_nil // big_cons /= ZRD IH. Qed.
Lemma ZR_sum n F : ZR (zsum n F) = \sum_(k < n) ZR (F k).
Proof. by rewrite /zsum ZR_foldr -(big_mkord xpredT (fun k => ZR (F k))) /index_iota subn0. Qed.

Definition mx n (A : seq (seq Z)) : 'M[R]_n := \matrix_(i, j) ZR (ent A i j).

Lemma ent_zmat n F (i j : 'I_n) : ent (zmat n F) i j = F i j.
Proof.
rewrite /ent /zmat (nth_map 0%N) ?size_iota // (nth_map 0%N) ?size_iota //.
by rewrite !nth_iota // !add0n.
Qed.
Lemma mx_mul n A B : mx n (zmul n A B) = mx n A *m mx n B.
Proof.
apply/matrixP => i j; rewrite zmulE !mxE ent_zmat ZR_sum; apply: eq_bigr => k _.
by rewrite ZRM !mxE.
Qed.
Lemma mx_id n : mx n (zid n) = 1%:M.
Proof. by apply/matrixP => i j; rewrite !mxE ent_zmat -[eqn _ _]/(i == j); case: (i == j). Qed.
Lemma mx_trace n A : ZR (ztrace n A) = \tr (mx n A).
Proof. by rewrite ZR_sum; apply: eq_bigr => i _; rewrite mxE. Qed.

Lemma traces_nth n A m k P : (k < m)%N ->
  ZR (nth Z0 (ztraces n.+1 A P m) k) = \tr (mx n.+1 A ^+ k *m mx n.+1 P).
Proof.
elim: m k P => // m IH [|k] P km /=; first by rewrite mx_trace expr0 mul1mx.
by rewrite IH // mx_mul mulmxA exprSr.
Qed.

Lemma hankel_entry n A r m (i j : 'I_n.+1) : (n.*2 + r < m)%N ->
  hankel (mx n.+1 A) r i j = ZR (nth Z0 (ztraces n.+1 A (zid n.+1) m) (i + j + r)).
Proof.
move=> mn; rewrite mxE traces_nth ?mx_id ?mulmx1 //; apply: leq_ltn_trans mn.
by rewrite leq_add2r -addnn leq_add // -ltnS.
Qed.

Lemma ldl_sound n A r c : (r < 2)%N ->
  ldl_check n.+1 (ztraces n.+1 A (zid n.+1) n.+1.*2) r c -> psd (hankel (mx n.+1 A) r).
Proof.
move=> r2 /andP [/andP [c0 d0] /allP E]; apply: (psd_scale (ZR_gt0 c0)).
pose T := ldl_terms c; pose m := size T.
pose L : 'M[R]_(n.+1, m) := \matrix_(i, k) ZR (nth Z0 (nth (Z0, [::]) T k).2 i).
pose d : 'rV[R]_m := \row_k ZR (nth (Z0, [::]) T k).1.
apply: (@psd_ldl _ _ _ _ L d) => [k|].
  by rewrite mxE; apply: ZR_ge0; move/all_nthP: d0 => /(_ (Z0, [::]) k); apply.
apply/matrixP => i j; rewrite mxE (@hankel_entry _ _ _ n.+1.*2); last first.
  by rewrite doubleS -addn2 ltn_add2l.
have In (k : 'I_n.+1) : (k : nat) \in iota 0 n.+1 by rewrite mem_iota ltn_ord.
have /allP /(_ _ (In j)) /Z.eqb_eq e := E _ (In i).
rewrite -ZRM e /ldl_entry ZR_foldr (big_nth (Z0, [::])) big_mkord [RHS]mxE.
by apply: eq_bigr => k _; rewrite mul_mx_diag !mxE !ZRM.
Qed.

(** ** Matrices of a weights file: integer numerators over one denominator *)
Definition weight n (A : seq (seq Z)) (den : positive) : 'M[R]_n := (ZR (Zpos den))^-1 *: mx n A.

Theorem spectrum_check_sound n A den c0 c1 :
  spectrum_check n.+1 A c0 c1 = true -> nonneg_spectrum (weight n.+1 A den).
Proof.
move=> /andP [/andP [_ h0] h1].
have den0 : 0 <= (ZR (Zpos den))^-1 by rewrite invr_ge0 ZR_ge0.
apply: hankel_nonneg_spectrum; apply: hankel_scale => //; first exact: ldl_sound h0.
exact: ldl_sound h1.
Qed.

(** H0 alone: every eigenvalue is real *)
Theorem real_check_sound n A den c0 : real_check n.+1 A c0 = true ->
  exists s : seq R, char_poly (weight n.+1 A den) = \prod_(l <- s) ('X - l%:P).
Proof.
move=> /andP [_ h0]; have den0 : 0 <= (ZR (Zpos den))^-1 by rewrite invr_ge0 ZR_ge0.
have [s [cs _]] := hankel0_real_spectrum (hankel_scale den0 (ldl_sound (isT : (0 < 2)%N) h0)).
by exists s.
Qed.

(** a refuting vector is conclusive: some eigenvalue is negative or not real *)
Definition vector n (q : seq Z) : 'rV[R]_n := \row_i ZR (nth Z0 q i).
Lemma refute_check_form n A r q : refute_check n.+1 A r q = true ->
  (vector n.+1 q *m hankel (mx n.+1 A) r *m (vector n.+1 q)^T) 0 0 < 0.
Proof.
move=> /andP [_ neg]; have := ZR_lt0 neg; congr (_ < _); rewrite ZR_sum !mxE.
apply: eq_bigr => j _; rewrite ZRM ZR_sum !mxE; congr (_ * _).
apply: eq_bigr => i _; rewrite ZRM !mxE -(@hankel_entry _ _ _ (n.+1.*2 + r)) ?mxE //.
by rewrite doubleS ltn_add2r.
Qed.

Theorem refute_check_sound n A den r q :
  refute_check n.+1 A r q = true -> ~ nonneg_spectrum (weight n.+1 A den).
Proof.
move=> /refute_check_form neg sp; have d0 : 0 < ZR (Zpos den) by apply: ZR_gt0.
have := nonneg_spectrum_hankel r sp => /(hankel_scale (ltW d0)).
rewrite /weight scalerA divff ?lt0r_neq0 // scale1r => /(_ (vector n.+1 q)).
by rewrite leNgt neg.
Qed.
End Sound.

(** * 3. From a weights file to "cannot decide parity" *)

(** A layer as a weights file states it: the dimension is [w_dim + 1], one matrix of
    integers and one denominator for each letter.  The certificates stand apart. *)
Record wlayer := WLayer { w_dim : nat; w_letters : seq (seq (seq Z) * positive) }.
Inductive certificate :=
  | Triangular                        (* lower triangular, diagonal >= 0 *)
  | Hankel (c0 c1 : ldl).
Definition triangular_check n A : bool :=
  shaped n A &&
  all (fun i => all (fun j => Z.leb Z0 (ent A i i) && (ltn j i.+1 || Z.eqb (ent A i j) Z0))
                    (iota 0 n)) (iota 0 n).
Definition letter_check n A (c : certificate) : bool :=
  match c with Triangular => triangular_check n A | Hankel c0 c1 => spectrum_check n A c0 c1 end.
Definition layer_check (W : wlayer) (cs : seq certificate) : bool :=
  all2 (fun a c => letter_check (w_dim W).+1 a.1 c) (w_letters W) cs.
Definition weights_check (f : seq wlayer) (certs : seq (seq certificate)) : bool :=
  all2 layer_check f certs.

Section Bridge.
Variable R : rcfType.

(** letters past the end of the file have the zero matrix *)
Definition transition (W : wlayer) (x : nat) : 'M[R]_((w_dim W).+1) :=
  nth 0 [seq weight R (w_dim W).+1 a.1 a.2 | a <- w_letters W] x.
(** a layer of the cast model whose matrices are those of the file; inputs, start,
    cast and decoder are arbitrary *)
Inductive carries (W : wlayer) : layer R -> Prop :=
  Carries B h0 c dec : carries W (@Layer R (w_dim W) (transition W) B h0 c dec).

Lemma zero_spectrum n : nonneg_spectrum (0 : 'M[R]_n.+1).
Proof.
have tr : is_trig_mx (0 : 'M[R]_n.+1) by apply/is_trig_mxP => i j _; rewrite mxE.
exists [seq (0 : 'M[R]_n.+1) i i | i <- enum 'I_n.+1]; rewrite big_map big_enum; split.
  exact: char_poly_trig.
by apply/allP => l /mapP [i _ ->]; rewrite mxE.
Qed.

Lemma triangular_check_sound n A den : triangular_check n.+1 A ->
  nonneg_spectrum (weight R n.+1 A den).
Proof.
move=> /andP [_ /allP E]; set M := weight R n.+1 A den.
have In (k : 'I_n.+1) : (k : nat) \in iota 0 n.+1 by rewrite mem_iota ltn_ord.
have tr : is_trig_mx M.
  apply/is_trig_mxP => i j ij; have /allP /(_ _ (In j)) /andP [_] := E _ (In i).
  by rewrite /ltn /= ltnS leqNgt ij /= => /Z.eqb_eq e; rewrite !mxE e ZR0 mulr0.
exists [seq M i i | i <- enum 'I_n.+1]; rewrite big_map big_enum; split.
  exact: char_poly_trig.
apply/allP => l /mapP [i _ ->]; rewrite !mxE.
have /allP /(_ _ (In i)) /andP [d0 _] := E _ (In i).
by rewrite mulr_ge0 ?invr_ge0 ?ZR_ge0.
Qed.

Theorem layer_check_sound W cs x : layer_check W cs -> nonneg_spectrum (transition W x).
Proof.
rewrite /layer_check /transition; elim: (w_letters W) cs x => [|a l IH] [|c cs] [|x] //=;
  try by move=> *; exact: zero_spectrum.
  case: c => [|c0 c1] /andP [h _]; first exact: triangular_check_sound.
  exact: spectrum_check_sound h.
by move=> /andP [_ h]; apply: IH h.
Qed.

(** The chain from a file to the theorem: if the certificates of a weights file are
    accepted, no network with these matrices decides parity, at any depth. *)
Theorem weights_no_parity (f : seq wlayer) certs (N : seq (layer R)) (accept : nat -> bool) :
  weights_check f certs = true -> List.Forall2 carries f N ->
  ~ (forall t, accept (nout N (fun _ => 1%N) t) = odd t.+1).
Proof.
move=> ck cN; apply: no_parity => L.
elim: cN certs ck => // W L' f' N' [B h0 c dec] _ IH [|cs certs] //=.
move=> /andP [h hs] [<-|LN] x; last exact: IH hs LN x.
exact: layer_check_sound h.
Qed.

(** ** The twin: one weight of the wrong sign, and parity is decided *)
Definition flip : wlayer :=
  WLayer 0 [:: ([:: [:: Zpos xH]], xH); ([:: [:: Zneg xH]], xH)].
Definition flip_layer : layer R :=
  @Layer R 0 (transition flip) (fun _ => 0) 1%:M (fun _ => sgn_cast R) (fun f _ => f 0).

Lemma flip_letter x : (x <= 1)%N -> transition flip x = ((-1) ^+ x)%:M.
Proof.
move=> x1; apply/matrixP => i j; rewrite !ord1.
case: x x1 => [|[|x]] // _; rewrite /transition /flip /= !mxE /= /ZR /=.
  by rewrite invr1 mul1r expr0.
by rewrite invr1 mul1r expr1.
Qed.

Theorem flip_parity (x : nat -> nat) t : (forall i, x i <= 1)%N ->
  (nout [:: flip_layer] x t == 0)%N = odd (\sum_(i < t.+1) x i).
Proof.
move=> x1; have state u : st flip_layer x u = ((-1) ^+ (\sum_(i < u) x i))%:M.
  elim: u => [|u IH] /=; first by rewrite big_ord0 expr0.
  by rewrite IH flip_letter // addr0 -scalar_mxM big_ord_recr /= exprD mulrC.
have -> : nout [:: flip_layer] x t = sgn_cf (st flip_layer x t.+1 0 0).
  change ([ffun i => sgn_cast R (st flip_layer x t.+1 i 0)] 0 = sgn_cf (st flip_layer x t.+1 0 0)).
  by rewrite ffunE.
rewrite state mxE eqxx mulr1n /sgn_cf -signr_odd.
by case: (odd _); rewrite ?expr0 ?expr1 ?ltr01 // oppr_gt0 ltr10.
Qed.

(** so no certificate for this file is ever accepted *)
Corollary flip_has_no_certificate certs : weights_check [:: flip] certs = false.
Proof.
apply/negP => ck; have c : List.Forall2 carries [:: flip] [:: flip_layer].
  by apply: List.Forall2_cons => //; exact: Carries.
apply: (weights_no_parity (accept := fun y => y == 0)%N ck c) => t.
by rewrite flip_parity // sum1_card card_ord.
Qed.
End Bridge.

(** * 4. Instances by computation *)
Module Instance.
Local Open Scope Z_scope.
(** two DeltaNet factors with beta = 1, keys (1,0) and (1,1): A = [[0,0],[-1,1]] / 2,
    not symmetric; and a defective matrix, [[3,1],[-1,1]] / 4, with the eigenvalue 1/2
    twice *)
Definition file : seq wlayer :=
  [:: WLayer 1 [:: ([:: [:: 0; 0]; [:: -1; 1]], 2%positive);
                   ([:: [:: 3; 1]; [:: -1; 1]], 4%positive)];
      WLayer 0 [:: ([:: [:: 1]], 3%positive)]].
Definition certs : seq (seq certificate) :=
  [:: [:: Hankel (LDL 2 [:: (1, [:: 2; 1]); (1, [:: 0; 1])]) (LDL 1 [:: (1, [:: 1; 1])]);
          Hankel (LDL 1 [:: (2, [:: 1; 2])]) (LDL 1 [:: (4, [:: 1; 2])])];
      [:: Triangular]].
Lemma checked : weights_check file certs = true.
Proof. vm_compute; reflexivity. Qed.
Theorem file_no_parity (R : rcfType) (N : seq (layer R)) (accept : nat -> bool) :
  List.Forall2 (@carries R) file N ->
  ~ (forall t, accept (nout N (fun _ => 1%N) t) = odd t.+1).
Proof. exact: weights_no_parity checked. Qed.

(** Three projections, on (1,0), (1,1) and (-1,2): every factor has beta in [0,1], yet
    the product [[-1,2],[0,0]] / 10 has the eigenvalue -1/10. *)
Definition three := [:: [:: -1; 2]; [:: 0; 0]].
Lemma three_refuted : refute_check 2 three 1 [:: 1; 0] = true.
Proof. vm_compute; reflexivity. Qed.
Theorem three_projections_escape (R : rcfType) : ~ nonneg_spectrum (weight R 2 three 10).
Proof. exact: refute_check_sound three_refuted. Qed.
End Instance.
