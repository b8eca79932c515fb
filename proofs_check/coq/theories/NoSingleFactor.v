(** NoSingleFactor.v -- letters that are no single factor I - beta v v^T / (v^T v) (FORMAT.md 4.6).

    Statement ([no_single_factor]): let the labels of an automaton after u a a x and after u x
    differ, x not empty, and those after y a a z and y a z ([is_factor_obstruction], which
    computes).  Then no layer H <- A(letter) H + B(letter) with finitely many reachable states
    in which A(a) is one such factor, beta any number, gives every word the automaton's label:
    over any real field, of whatever dimension, whatever function of the state and the last
    letter its output is.  Nothing is asked of the other letters' matrices.
    Proof.  A = (I - P) + m P with a projection P and m = 1 - beta.  Let h be reachable and w what
    the letter adds to it.  After j more letters a it adds (I - P) w + m^j P w.  These sums repeat;
    so (I - P) w = 0, and P w = 0 too unless m is 0 or -1.  If m = -1 a second a undoes the first;
    if m = 0 it adds nothing; else the first adds nothing.
    The possibilities beside it, in the same model: the length modulo 2 by one factor
    ([mod2_possible]); modulo 3, which one factor cannot ([mod3_impossible]), by a product of two
    ([mod3_possible]).
    Source: our own. *)
From Coq Require Import PArith.
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From Statewright Require LrnnCert PermCompile GolesOlivos.
From Statewright Require Import SymRound KdaRound OneLayer Householder.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

(** * 1. What one factor does to a state, again and again *)
Section Orbit.
Variables (R : realFieldType) (n d : nat) (beta : R) (A P : 'M[R]_n) (B : 'M[R]_(n, d)).
Hypotheses (AE : A = 1%:M - beta *: P) (PP : P *m P = P).
Let m := 1 - beta.
Definition letter (H : 'M[R]_(n, d)) : 'M[R]_(n, d) := A *m H + B.
Variables (H w : 'M[R]_(n, d)) (K : nat).
Hypotheses (K0 : (0 < K)%N) (repeats : iter (K + K) letter H = iter K letter H).
Hypothesis one : letter H = H + w.

Lemma letter_adds j :
  iter j.+1 letter H - iter j letter H = (w - P *m w) + m ^+ j *: (P *m w).
Proof.
have A1 : A *m (w - P *m w) = w - P *m w.
  by rewrite AE mulmxBl mul1mx -scalemxAl mulmxBr mulmxA PP subrr scaler0 subr0.
have A2 : A *m (P *m w) = m *: (P *m w).
  by rewrite AE mulmxBl mul1mx -scalemxAl mulmxA PP /m scalerBl scale1r.
elim: j => [|j IH]; first by rewrite expr0 scale1r subrK /= one addrC addKr.
rewrite iterS [in X in _ - X]iterS {1 3}/letter opprD addrACA subrr addr0 -mulmxBr IH.
by rewrite mulmxDr A1 -scalemxAr A2 scalerA -exprSr.
Qed.

Lemma powers_nonzero : m != 0 -> m != -1 -> \sum_(j < K) m ^+ (K + j) != 0.
Proof.
move=> m0 m1; have -> : \sum_(j < K) m ^+ (K + j) = m ^+ K * \sum_(j < K) m ^+ j.
  by rewrite mulr_sumr; apply: eq_bigr => j _; rewrite exprD.
rewrite mulf_neq0 ?expf_neq0 //; case: (ltP m 0) => [neg|]; last first.
  rewrite le_eqVlt eq_sym (negbTE m0) /= => pos; rewrite gt_eqF //.
  rewrite (bigD1 (Ordinal K0)) //= ltr_paddr ?exprn_gt0 //.
  by apply: sumr_ge0 => j _; rewrite exprn_ge0 // ltW.
apply: contra m1 => /eqP z; have := subrX1 m K; rewrite z mulr0 => /eqP; rewrite subr_eq0 => /eqP e.
have : `|m| ^+ K == 1 by rewrite -normrX e normr1.
by rewrite pexpr_eq1 // ltr0_norm // => /eqP <-; rewrite opprK.
Qed.

Theorem factor_repeats :
  [/\ m = -1 -> letter (letter H) = H, m = 0 -> letter (letter H) = letter H &
      m != 0 -> m != -1 -> letter H = H].
Proof.
have sum0 : (w - P *m w) *+ K + (\sum_(j < K) m ^+ (K + j)) *: (P *m w) = 0.
  rewrite scaler_suml -[X in _ *+ X]card_ord -sumr_const -big_split /=.
  have := telescope_sumr (fun j => iter j letter H) (leq_addr K K).
  rewrite repeats subrr => tele; apply: etrans tele.
  rewrite -[X in _ = \sum_(X <= _ < _) _]add0n big_addn addnK big_mkord.
  by apply: eq_bigr => j _; rewrite letter_adds addnC.
have Pw0 : P *m (w - P *m w) = 0 by rewrite mulmxBr mulmxA PP subrr.
have S0 : (\sum_(j < K) m ^+ (K + j)) *: (P *m w) = 0.
  have := congr1 (mulmx P) sum0; rewrite mulmxDr mulmx0 -scalemxAr mulmxA PP.
  by rewrite -[_ *+ K]scaler_nat -scalemxAr Pw0 scaler0 add0r.
have wP : w = P *m w.
  apply/eqP; rewrite -subr_eq0; move: sum0; rewrite S0 addr0 -scaler_nat => /eqP.
  by rewrite scaler_eq0 pnatr_eq0 -leqn0 leqNgt K0.
have two : letter (letter H) = letter H + m *: w.
  have := letter_adds 1; rewrite expr1 -wP subrr add0r /= => <-.
  by rewrite addrC subrK.
split=> [m1|m0|m0 m1].
- by rewrite two one m1 scaleN1r addrK.
- by rewrite two m0 scale0r addr0.
rewrite one; suff -> : w = 0 by rewrite addr0.
by move/eqP: S0; rewrite scaler_eq0 (negbTE (powers_nonzero m0 m1)) -wP => /eqP.
Qed.
End Orbit.

Section Factor.
Variables (R : realFieldType) (n : nat) (beta : R) (v : 'cV[R]_n).
Definition along : 'M[R]_n := (dot v v)^-1 *: (v *m v^T).
Lemma factor_along : gh (beta, v) = 1%:M - beta *: along.
Proof. by rewrite /gh /delta /along scalerA. Qed.
Lemma along_idem : along *m along = along.
Proof.
rewrite /along -scalemxAl -scalemxAr mulmxA -[v *m v^T *m v]mulmxA [v^T *m v]mx11_scalar.
rewrite -/(dot v v) mul_mx_scalar -scalemxAl !scalerA; have [->|s0] := eqVneq (dot v v) 0.
  by rewrite invr0 !mul0r.
by rewrite -?mulrA mulVf // mulr1.
Qed.
End Factor.

(** * 2. The automaton, and the theorem *)
Definition is_factor_obstruction (D : LrnnCert.dfa) (a : nat) (u x : seq nat) (l1 l2 : nat)
    (y z : seq nat) (l3 l4 : nat) : bool :=
  [&& (a < LrnnCert.d_syms D)%N, letters D u, letters D x, letters D y, letters D z & x != [::]] &&
  [&& label D (u ++ [:: a; a] ++ x) == l1, label D (u ++ x) == l2, l1 != l2,
      label D (y ++ [:: a; a] ++ z) == l3, label D (y ++ [:: a] ++ z) == l4 & l3 != l4].

Definition one_factor (R : realFieldType) (a : nat) (L : one_layer R) :=
  exists f : R * 'cV[R]_(o_n L), o_A L a = gh f.
Definition no_factor_recognises (D : LrnnCert.dfa) (a : nat) :=
  forall (R : realFieldType) (L : one_layer R),
  one_factor a L -> finitely_many D L -> ~ recognises D L.

Theorem no_single_factor D a u x l1 l2 y z l3 l4 :
  is_factor_obstruction D a u x l1 l2 y z l3 l4 = true -> no_factor_recognises D a.
Proof.
move=> /andP [/and5P [la lu lx ly /andP [lz x0]] /and5P [/eqP e1 /eqP e2 n12 /eqP e3 /andP [/eqP e4 n34]]].
move=> R L [[beta v] LA] [S fin] rec.
pose t := letter (o_A L a) (o_B L a).
have runS s : run L (s ++ [:: a]) = t (run L s).
  by rewrite /run foldl_cat.
have run_after s s' r : run L s = run L s' -> run L (s ++ r) = run L (s' ++ r).
  by rewrite /run !foldl_cat => ->.
have two s : run L (s ++ [:: a; a]) = t (t (run L s)).
  by rewrite -[[:: a; a]]/([:: a] ++ [:: a]) catA !runS.
have lcat s r : letters D s -> letters D r -> letters D (s ++ r).
  by rewrite /letters all_cat => -> ->.
have laa : letters D [:: a; a] by rewrite /letters /= la.
have la1 : letters D [:: a] by rewrite /letters /= la.
pose reach H := exists s, letters D s /\ H = run L s.
have step H : reach H -> reach (t H).
  by move=> [s [ls ->]]; exists (s ++ [:: a]); rewrite runS; split=> //; apply: lcat.
have inS H : reach H -> H \in S by move=> [s [ls ->]]; apply: fin.
have reps s : letters D s ->
    iter ((size S)`! + (size S)`!) t (run L s) = iter (size S)`! t (run L s).
  by move=> ls; apply: (power_idempotent (reach := reach)) => //; exists s.
have all3 s (ls : letters D s) := factor_repeats (etrans LA (factor_along beta v)) (along_idem v)
  (fact_gt0 (size S)) (reps s ls) (esym (etrans (addrC _ _) (subrK _ _))).
have same_last p q r : r != [::] -> last_letter (p ++ r) = last_letter (q ++ r).
  by case: r => // c r _; rewrite /last_letter !map_cat !last_cat.
have undone : t (t (run L u)) = run L u -> False.
  move=> back; case/eqP: n12; rewrite -e1 -e2 -(rec _ (lcat _ _ lu (lcat _ _ laa lx))) -(rec _ (lcat _ _ lu lx)).
  by rewrite catA (same_last _ u) // (run_after (u ++ [:: a; a]) u) // two.
have kept : t (t (run L y)) = t (run L y) -> False.
  move=> keep; case/eqP: n34; rewrite -e3 -e4 -(rec _ (lcat _ _ ly (lcat _ _ laa lz))) -(rec _ (lcat _ _ ly (lcat _ _ la1 lz))).
  have -> : last_letter (y ++ [:: a; a] ++ z) = last_letter (y ++ [:: a] ++ z).
    by rewrite -[[:: a; a] ++ z]/([:: a] ++ (a :: z)) catA (same_last _ y).
  by rewrite !catA (run_after (y ++ [:: a; a]) (y ++ [:: a])) // two runS.
have [back keep stay] := all3 u lu; have [_ keep' stay'] := all3 y ly.
have [m1|m1] := eqVneq (1 - beta) (-1); first exact: undone (back m1).
have [m0|m0] := eqVneq (1 - beta) 0; first exact: kept (keep' m0).
by apply: undone; rewrite /t !(stay m0 m1).
Qed.

(** * 3. Counting modulo 3 and 2 *)
Definition mod3_dfa : LrnnCert.dfa := LrnnCert.DFA 1 1
  (LrnnCert.mk_map [:: [:: 2]; [:: 3]; [:: 1]]%positive) (LrnnCert.mk_map [:: 1; 0; 0]%N).
Theorem mod3_impossible : no_factor_recognises mod3_dfa 0.
Proof.
by apply: (@no_single_factor _ 0 [:: 0; 0]%N [:: 0]%N 0%N 1%N [:: 0; 0]%N [::] 0%N 1%N); vm_compute.
Qed.

Definition mod2_dfa : LrnnCert.dfa := LrnnCert.DFA 1 1
  (LrnnCert.mk_map [:: [:: 2]; [:: 1]]%positive) (LrnnCert.mk_map [:: 1; 0]%N).

Section Possible.
Variable R : realFieldType.

(** States are numbered from 1 in automata, from 0 in ordinals. *)
Lemma one_hot_possible n (D : LrnnCert.dfa) (t : nat -> 'I_n -> 'I_n) (q0 : 'I_n) (out : 'I_n -> nat) :
  LrnnCert.d_init D = Pos.of_succ_nat q0 ->
  (forall q : 'I_n, LrnnCert.d_label D (Pos.of_succ_nat q) = out q) ->
  (forall a (q : 'I_n), (a < LrnnCert.d_syms D)%N ->
     LrnnCert.d_step D (Pos.of_succ_nat q) a = Pos.of_succ_nat (t a q)) ->
  finitely_many D (one_hot R t q0 out) /\ recognises D (one_hot R t q0 out).
Proof.
move=> start lab step; apply: any_matrices_possible => w lw; rewrite labelE -lab start.
congr (LrnnCert.d_label _ _); elim: w q0 {start} lw => //= a w IH q /andP [la lw].
by rewrite /after /= step // -IH.
Qed.

Theorem mod2_possible : exists L : one_layer R,
  [/\ one_factor 0 L, finitely_many mod2_dfa L & recognises mod2_dfa L].
Proof.
pose i0 := @Ordinal 2 0 isT; pose i1 := @Ordinal 2 1 isT.
exists (one_hot R (fun _ q => tperm i0 i1 q) i0 (fun q => q == i0)).
have [] := @one_hot_possible 2 mod2_dfa (fun _ q => tperm i0 i1 q) i0 (fun q => q == i0).
- by [].
- by case=> [[|[|//]] ?].
- by case=> [|//] [[|[|//]] ?] _; rewrite permE.
split=> //; exists (2%:R, PermCompile.ediff R i0 i1); rewrite reflection_tperm //.
by apply/matrixP => i j; rewrite !mxE -{1}(tpermK i0 i1 i) (inj_eq perm_inj).
Qed.

Theorem mod3_possible : exists L : one_layer R,
  [/\ exists f g, o_A L 0%N = gh f *m gh g, finitely_many mod3_dfa L & recognises mod3_dfa L].
Proof.
pose next (q : 'I_3) : 'I_3 := inord (q.+1 %% 3); pose q0 := @Ordinal 3 0 isT.
exists (one_hot R (fun _ => next) q0 (fun q => q == q0)).
have [] := @one_hot_possible 3 mod3_dfa (fun _ => next) q0 (fun q => q == q0).
- by [].
- by case=> [[|[|[|//]]] ?].
- by case=> [|//] [[|[|[|//]]] ?] _; rewrite /next inordK.
split=> //; exists (2%:R, GolesOlivos.key01 R), (2%:R, GolesOlivos.key12 R).
have two i j (ij : i != j) : dot (PermCompile.ediff R i j) (PermCompile.ediff R i j) = 2%:R :=
  @PermCompile.ediff_norm R 3 i j ij.
rewrite /gh /= !two // divff ?pnatr_eq0 // -GolesOlivos.cycle_is_two_factors.
by apply/matrixP => i j; rewrite !mxE -val_eqE /= inordK // ltn_mod.
Qed.
End Possible.
