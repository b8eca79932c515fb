(** GolesOlivos.v -- symmetric letters, rounded once, have periods 1 and 2 only.

    Statement ([cycle_returns]): let A be symmetric, or made so by positive weights on its
    rows, and let h' = r(A h + b), where r rounds every coordinate by a monotone map of its own,
    of finite range or not.  Then h(t+2) = h(t) on every cycle.  Eigenvalues may have any
    size and sign.  So one such layer does not count modulo m >= 3 ([no_mod_count]), nor in
    formats that overflow ([once_no_mod_count]): DeltaNet and Gated DeltaNet with any beta,
    KDA with any beta and gates >= 0 ([once_kda_no_mod_count]).
    Proof.  On a cycle h(t+1) = r(u(t)) with u(t) = A h(t) + b.  Symmetry makes
    (h(t+2) - h(t)).u(t+1) a difference of successive values of h(t+1).A h(t) +
    b.(h(t+1) + h(t)), so that these add up to 0.  In each coordinate h is a sum of jumps at
    thresholds.  For one threshold c let th be a number between all u(t) with r(u(t)) < c
    and all others, which exists because r is monotone; then every
    (u(t+1) - th) ([h(t+2) >= c] - [h(t) >= c]) is >= 0, and 0 only if the two indicators
    are equal.  All sums being 0, they are.
    The possibilities beside it, in the same model: period 2, [SymNoParity.indefinite_parity],
    A = -1; every period m by a permutation of m coordinates ([cycle_counts]), which for
    m = 3 is a product of two symmetric factors ([two_factors_mod3]).
    Source: E. Goles, J. Olivos, Comportement periodique des fonctions a seuil binaires et
    applications, Discrete Applied Mathematics 3, 1981, for thresholds and by an energy; this
    proof is our own. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra ring.
From Statewright Require PermCompile.
From Statewright Require Import ParityImpossible PeriodDoubling SymRound SymNoParity KdaRound OverflowRound.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

(** * 1. One coordinate *)
Section Coordinate.
Variables (R : realFieldType) (k : nat) (y : nat -> R).
Hypotheses (k0 : (0 < k)%N) (yp : forall t, y (t + k)%N = y t).

Lemma tele_two (f : nat -> R) : (forall t, f (t + k)%N = f t) ->
  \sum_(t < k) (f t.+2 - f t) = 0.
Proof.
move=> fp; pose g t := f t.+1 + f t.
have g0 : g k = g 0%N by rewrite /g -(fp 0%N) -(fp 1%N) add0n add1n.
apply: etrans (tele g0); apply: eq_bigr => t _; rewrite /g; ring.
Qed.

Definition indicator_sum (s : R -> bool) :=
  \sum_(t < k) y t.+2 * ((s (y t.+2))%:R - (s (y t))%:R).

(** What is below a threshold and what is above have a number between them. *)
Lemma between (s : R -> bool) : (forall a b, a <= b -> s a -> s b) ->
  (exists c, forall t, s (y t) = c) \/
  exists th, (forall t, s (y t) -> th < y t) /\ (forall t, ~~ s (y t) -> y t < th).
Proof.
move=> mono; have at_mod (P : R -> Prop) : (forall t : 'I_k, P (y t)) -> forall t, P (y t).
  by move=> h t; rewrite (per_mod yp); apply: (h (Ordinal (ltn_pmod t k0))).
case: (pickP (fun t : 'I_k => s (y t))) => [t1 st1|none]; last first.
  by left; exists false; apply: (at_mod (fun v => s v = false)); apply: none.
case: (pickP (fun t : 'I_k => ~~ s (y t))) => [t0 st0|none]; last first.
  by left; exists true; apply: (at_mod (fun v => s v = true)) => t; apply/negbFE/none.
right; case: (@arg_minP _ _ _ t1 (fun t => s (y t)) (fun t : 'I_k => y t) st1) => m sm mn.
case: (@arg_maxP _ _ _ t0 (fun t => ~~ s (y t)) (fun t : 'I_k => y t) st0) => m' sm' mx.
have lt : y m' < y m by rewrite ltNge; apply: contra sm' => /mono; apply.
have [lo hi] := midf_lt lt; exists ((y m' + y m) / 2%:R); split.
  by apply: (at_mod (fun v => s v -> _ < v)) => t st; apply: lt_le_trans hi (mn t st).
by apply: (at_mod (fun v => ~~ s v -> v < _)) => t st; apply: le_lt_trans (mx t st) lo.
Qed.

Lemma threshold (s : R -> bool) : (forall a b, a <= b -> s a -> s b) ->
  0 <= indicator_sum s /\ (indicator_sum s = 0 -> forall t, s (y t.+2) = s (y t)).
Proof.
case/between=> [[c e]|[th [hi lo]]].
  by rewrite /indicator_sum big1 => [|t _]; rewrite ?e ?subrr ?mulr0 //; split=> // _ t; rewrite !e.
pose term t := (y t.+2 - th) * ((s (y t.+2))%:R - (s (y t))%:R).
have -> : indicator_sum s = \sum_(t < k) term t.
  apply/eqP; rewrite -subr_eq0 -sumrB; apply/eqP.
  transitivity (\sum_(t < k) th * ((s (y t.+2))%:R - (s (y t))%:R)).
    by apply: eq_bigr => t _; rewrite /term -mulrBl opprB addrC subrK.
  by rewrite -mulr_sumr (@tele_two (fun t => (s (y t))%:R)) ?mulr0 // => t; rewrite yp.
have ge0 t : 0 <= term t.
  rewrite /term; case st: (s (y t.+2)); have := hi t.+2; have := lo t.+2; rewrite st.
    by move=> _ /(_ isT) h; apply: mulr_ge0; rewrite subr_ge0; [exact: ltW | rewrite ler_nat leq_b1].
  by move=> /(_ isT) h _; apply: mulr_le0; rewrite subr_le0; [exact: ltW | rewrite ler_nat].
split=> [|sum0 t]; first by apply: sumr_ge0 => t _; apply: ge0.
have term0 : term t = 0.
  have termp u : term (u + k)%N = term u by rewrite /term -!addSn !yp.
  have := psumr_eq0P (fun (u : 'I_k) _ => ge0 u) sum0.
  by rewrite (per_mod termp) => /(_ (Ordinal (ltn_pmod t k0)) isT).
move/eqP: term0; rewrite mulf_eq0 subr_eq0 => /orP [/eqP e|]; last first.
  by rewrite subr_eq0 eqr_nat; case: (s _); case: (s _).
by move: (hi t.+2) (lo t.+2); rewrite e ltxx; case: (s th) => [/(_ isT)|_ /(_ isT)].
Qed.

(** A monotone map adds finitely many thresholds up, those of the values that it takes. *)
Variable r : R -> R.
Hypothesis r_mono : forall a b, a <= b -> r a <= r b.

Let values := sort <=%R (undup [seq r (y t) | t <- iota 0 k]).
Let value j : R := nth 0 values j.

Lemma value_at t : exists2 i, (i < size values)%N & r (y t) = value i.
Proof.
have : r (y t) \in values.
  by rewrite mem_sort mem_undup (per_mod yp); apply/map_f; rewrite mem_iota ltn_pmod.
by move=> h; exists (index (r (y t)) values); rewrite ?index_mem // /value nth_index.
Qed.

Lemma value_lt i j : (i < size values)%N -> (j < size values)%N -> (value i < value j) = (i < j)%N.
Proof.
move=> ij js; rewrite /value (lt_sorted_ltn_nth 0) ?inE //.
by rewrite lt_sorted_uniq_le sort_uniq undup_uniq sort_le_sorted.
Qed.

Lemma layers_of t : r (y t) = value 0 +
  \sum_(j < (size values).-1) (value j.+1 - value j) * ((value j.+1 <= r (y t))%R)%:R.
Proof.
have [i iv ->] := value_at t.
have {1}-> : value i = value 0 + \sum_(0 <= j < i) (value j.+1 - value j).
  by rewrite telescope_sumr // addrC subrK.
have i' : (i <= (size values).-1)%N by rewrite -ltnS prednK // (leq_ltn_trans _ iv).
congr (_ + _); rewrite (big_nat_widen _ _ _ _ _ i') big_mkord /= big_mkcond /=.
apply: eq_bigr => j _; have j1 : (j.+1 < size values)%N.
  by rewrite -ltn_predRL ltn_ord.
by rewrite leNgt value_lt // -leqNgt; case: leqP; rewrite ?mulr1 ?mulr0.
Qed.

Lemma rearranged (S := \sum_(t < k) y t.+2 * (r (y t.+2) - r (y t))) :
  0 <= S /\ (S = 0 -> forall t, r (y t.+2) = r (y t)).
Proof.
pose s (j : 'I_(size values).-1) a := value j.+1 <= r a.
have mono j a b : a <= b -> s j a -> s j b by move=> ab sa; apply: le_trans sa (r_mono ab).
have gap (j : 'I_(size values).-1) : 0 < value j.+1 - value j.
  have j1 : (j.+1 < size values)%N by rewrite -ltn_predRL ltn_ord.
  by rewrite subr_gt0 value_lt // ltnW.
have SE : S = \sum_(j < (size values).-1) (value j.+1 - value j) * indicator_sum (s j).
  under [RHS]eq_bigr do rewrite mulr_sumr.
  rewrite exchange_big; apply: eq_bigr => t _ /=.
  rewrite [in LHS](layers_of t.+2) [in LHS](layers_of t) opprD addrACA subrr add0r -sumrB mulr_sumr.
  by apply: eq_bigr => j _; rewrite -mulrBr mulrCA.
have ge0 (j : 'I_(size values).-1) : 0 <= (value j.+1 - value j) * indicator_sum (s j).
  by apply: mulr_ge0; rewrite ?(ltW (gap j)) //; case: (threshold (mono j)).
split=> [|S0 t]; first by rewrite SE; apply: sumr_ge0 => j _; apply: ge0.
rewrite [LHS](layers_of t.+2) [RHS](layers_of t).
congr (_ + _); apply: eq_bigr => j _; congr (_ * _%:R).
have [_ zero] := threshold (mono j); rewrite -!/(s j _) zero //.
move: S0; rewrite SE => /(psumr_eq0P (fun j _ => ge0 j)) /(_ j isT) /eqP.
by rewrite mulf_eq0 gt_eqF //= => /eqP.
Qed.
End Coordinate.

(** * 2. All coordinates *)
Section Vectors.
Variables (R : realFieldType) (n : nat).

(** The form sum_i w_i u_i (A v)_i is symmetric; a coordinate without weight is not read. *)
Definition symmetrised_by (A : 'M[R]_n) (w : 'I_n -> R) :=
  [/\ forall i, 0 <= w i, forall i j, w i * A i j = w j * A j i &
      forall i j, w j = 0 -> A i j = 0].
Definition symmetrisable A := exists w, symmetrised_by A w.

Lemma sym_symmetrisable (A : 'M[R]_n) : A^T = A -> symmetrisable A.
Proof.
move=> At; exists (fun _ => 1); split=> [i|i j|i j /eqP]; rewrite ?ler01 ?oner_eq0 //.
by rewrite -{1}At mxE.
Qed.
(** S Diag(a): the gates act first, and are the weights. *)
Lemma gates_symmetrisable (S : 'M[R]_n) a : S^T = S -> (forall i, 0 <= a i) ->
  symmetrisable (S *m weights a).
Proof.
move=> St a0; exists a; rewrite /weights mul_mx_diag; split=> // i j; rewrite !mxE.
  by rewrite -{1}St mxE mulrCA mulrA mulrC mulrA.
by move=> ->; rewrite mulr0.
Qed.
Lemma delta_sym beta (k : 'cV[R]_n) : (delta beta k)^T = delta beta k.
Proof. by rewrite /delta linearB linearZ /= trmx1 trmx_mul trmxK. Qed.

Variables (A : 'M[R]_n) (b : 'cV[R]_n) (k : nat) (r : 'I_n -> R -> R) (x : nat -> 'cV[R]_n).
Hypothesis symA : symmetrisable A.
Hypothesis r_mono : forall i a a', a <= a' -> r i a <= r i a'.
Hypothesis xS : forall t, x t.+1 = \col_i r i ((A *m x t + b) i 0).
Hypotheses (k0 : (0 < k)%N) (xp : forall t, x (t + k)%N = x t).

Theorem cycle_returns t : x t.+2 = x t.
Proof.
have [w [w0 sym unread]] := symA; pose y t := A *m x t + b.
have yp s : y (s + k)%N = y s by rewrite /y xp.
have xE s i : x s.+1 i 0 = r i (y s i 0) by rewrite xS mxE.
pose bil (u v : 'cV[R]_n) := \sum_i w i * (u i 0 * (A *m v) i 0).
pose ln (u : 'cV[R]_n) := \sum_i w i * (u i 0 * b i 0).
have bilC u v : bil u v = bil v u.
  have bilE u' v' : bil u' v' = \sum_i \sum_j (w i * A i j) * (u' i 0 * v' j 0).
    apply: eq_bigr => i _; rewrite mxE !mulr_sumr; apply: eq_bigr => j _.
    by rewrite [RHS]mulrACA mulrA.
  rewrite !bilE exchange_big; apply: eq_bigr => i _; apply: eq_bigr => j _.
  by rewrite sym [u j 0 * _]mulrC.
pose S i := \sum_(t < k) y t.+2 i 0 * (r i (y t.+2 i 0) - r i (y t i 0)).
have re i := @rearranged R k (fun t => y t i 0) k0 (fun s => congr1 (fun v : 'cV_n => v i 0) (yp s))
  (r i) (r_mono i).
have sum0 : \sum_i w i * S i = 0.
  pose f s := bil (x s.+1) (x s) + (ln (x s.+1) + ln (x s)).
  under eq_bigr do rewrite mulr_sumr.
  have f0 : f k.+1 = f 1%N by rewrite /f -(xp 1%N) -(xp 2) add1n add2n.
  rewrite exchange_big /=; apply: etrans (@tele R k (fun s => f s.+1) f0).
  apply: eq_bigr => s _; rewrite /f [bil _ (x s.+1)]bilC.
  have e (v : 'cV[R]_n) : \sum_i w i * (y s.+2 i 0 * v i 0) = bil v (x s.+2) + ln v.
    rewrite -big_split; apply: eq_bigr => i _.
    by rewrite /y mxE mulrDl mulrDr ![v i 0 * _]mulrC.
  transitivity (\sum_i w i * (y s.+2 i 0 * x s.+3 i 0) - \sum_i w i * (y s.+2 i 0 * x s.+1 i 0)).
    by rewrite -sumrB; apply: eq_bigr => i _; rewrite !xE -!mulrBr.
  by rewrite !e; ring.
have same i s : w i != 0 -> x s.+3 i 0 = x s.+1 i 0.
  move=> wi; rewrite !xE; apply: (re i).2; apply/eqP.
  have ge0 i' : true -> 0 <= w i' * S i' by move=> _; apply: mulr_ge0; rewrite ?w0 //; case: (re i').
  by have := psumr_eq0P ge0 sum0; move=> /(_ i isT) /eqP; rewrite mulf_eq0 (negbTE wi).
have A_same s : A *m x s.+3 = A *m x s.+1.
  apply/colP => i; rewrite !mxE; apply: eq_bigr => j _.
  by have [/unread ->|/same ->] := eqVneq (w j) 0; rewrite ?mul0r.
have later s : x s.+4 = x s.+2 by rewrite [LHS]xS A_same -xS.
have -> : x t = x (t + k + k)%N by rewrite !xp.
have -> : x t.+2 = x (t + k + k).+2 by rewrite -!addSn !xp.
case: k k0 => // k' _; rewrite !addnS !addSn; exact: later.
Qed.
End Vectors.

(** * 3. One layer *)
Section Layer.
Variable R : realFieldType.
Implicit Types (L : slayer R) (O : olayer R).

Definition symmetrisable_layer L := forall a, symmetrisable (sA L a).

Lemma scode_returns L x : symmetrisable_layer L -> evconst x -> evper 2 (scode L x).
Proof.
move=> sy xc; have [M [k [a [k0 xa xp]]]] := sst_cycles L xc.
exists M => t Mt; rewrite !(scode_after L xa) ?(leq_trans Mt) ?leq_addr //.
rewrite -addnBAC // addn2.
have mono (i : 'I_(sn L)) (u v : R) : u <= v -> sv i (sc i u) <= sv i (sc i v).
  move=> uv; have := s_mono i uv; elim: (sc i v) => [|j IH]; first by rewrite leqn0 => /eqP ->.
  by rewrite leq_eqVlt => /orP [/eqP -> //|/IH /le_trans]; apply; apply: s_vmono.
have per u : sst L x (M + (u + k)) = sst L x (M + u) by rewrite addnA xp.
by rewrite (cycle_returns (sy a) mono (sst_step L xa) k0 per).
Qed.

Theorem sout_returns L x : symmetrisable_layer L -> evconst x -> evper 2 (sout L x).
Proof.
move=> sy xc; have [N [a xa]] := xc; have [M sp] := scode_returns sy xc.
exists (maxn N M) => t; rewrite geq_max => /andP [Nt Mt].
by rewrite /sout sp // !xa // (leq_trans Nt) ?leq_addr.
Qed.

Lemma two_no_mod_count (y : nat -> nat) (accept : nat -> bool) m : (2 < m)%N -> evper 2 y ->
  ~ (forall t, accept (y t) = (m %| t.+1)%N).
Proof.
move=> m2 per /(counted (ltnW (ltnW m2)) per) /dvdn_leq => /(_ isT).
by rewrite leqNgt m2.
Qed.

Theorem no_mod_count L (accept : nat -> bool) m : (2 < m)%N -> symmetrisable_layer L ->
  ~ (forall t, accept (sout L (fun _ => 1%N) t) = (m %| t.+1)%N).
Proof. by move=> m2 sy; apply: two_no_mod_count m2 _; apply: sout_returns sy _; exists 0%N, 1%N. Qed.

(** ** The same in formats that overflow: `once:F` *)
Definition symmetrisable_olayer O := forall a, symmetrisable (oA O a).

Lemma ocode_returns O x j : symmetrisable_olayer O -> evconst x -> evper 2 (ocode (L := O) x j).
Proof.
move=> sy xc; case: (ocode_column x j) => [[N no]|eq].
  by exists N => t Nt; rewrite !no // (leq_trans Nt) ?leq_addr.
have [N sp] := @scode_returns (column_layer j) x sy xc.
by exists N => t Nt; rewrite !eq sp.
Qed.

Theorem oout_returns O x : symmetrisable_olayer O -> evconst x -> evper 2 (oout O x).
Proof.
move=> sy xc; have [N [a xa]] := xc.
have /fin_all_exists [M fc] := fun j : 'I_(od O) => ocode_returns j sy xc.
exists (maxn N (\max_j M j)) => t; rewrite geq_max => /andP [Nt Mt].
rewrite /oout !xa ?(leq_trans Nt) ?leq_addr //; congr (odec _ _).
apply/ffunP => j; rewrite !ffunE; apply: fc.
by apply: leq_trans Mt; apply: (leq_bigmax_cond (F := M)).
Qed.

Theorem once_no_mod_count O (accept : nat -> bool) m : (2 < m)%N -> symmetrisable_olayer O ->
  ~ (forall t, accept (oout O (fun _ => 1%N) t) = (m %| t.+1)%N).
Proof. by move=> m2 sy; apply: two_no_mod_count m2 _; apply: oout_returns sy _; exists 0%N, 1%N. Qed.

(** DeltaNet and Gated DeltaNet with any beta and any gate. *)
Theorem once_any_beta_no_mod_count O (accept : nat -> bool) m : (2 < m)%N ->
  (forall x, exists c beta (k : 'cV[R]_(on O)), oA O x = c *: delta beta k) ->
  ~ (forall t, accept (oout O (fun _ => 1%N) t) = (m %| t.+1)%N).
Proof.
move=> m2 fam; apply: once_no_mod_count m2 _ => x; have [c [beta [k ->]]] := fam x.
by apply: sym_symmetrisable; rewrite linearZ /= delta_sym.
Qed.

(** KDA with any beta and gates >= 0. *)
Theorem once_kda_any_beta_no_mod_count O (accept : nat -> bool) m : (2 < m)%N ->
  (forall x, exists beta (k : 'cV[R]_(on O)) a,
     (forall i, 0 <= a i) /\ oA O x = delta beta k *m weights a) ->
  ~ (forall t, accept (oout O (fun _ => 1%N) t) = (m %| t.+1)%N).
Proof.
move=> m2 fam; apply: once_no_mod_count m2 _ => x; have [beta [k [a [a0 ->]]]] := fam x.
by apply: gates_symmetrisable => //; apply: delta_sym.
Qed.

(** * 4. What is possible in the same model *)

(** Every number is rounded to 0 or 1. *)
Definition step_value (j : nat) : R := (0 < j)%N%:R.
Lemma step_value_mono j : step_value j <= step_value j.+1.
Proof. by rewrite /step_value ler_nat leq_b1. Qed.

Variable n : nat.                                   (* m = n + 1 *)
(** The permutation matrix that moves coordinate i to i + 1. *)
Definition cycle_matrix : 'M[R]_n.+1 := \matrix_(i, j) (i == (j.+1 %% n.+1)%N :> nat)%:R.
Definition cycle_layer : slayer R :=
  @SLayer R n.+1 (fun _ => cycle_matrix) (fun _ => 0) (delta_mx ord0 0) 1
    (fun _ => @sign_code R) (fun _ => step_value) (fun f _ => f ord0)
    (fun _ => @sign_code_mono R) (fun _ => @sign_code_bnd R) (fun _ => step_value_mono).

Lemma cycle_moves t : cycle_matrix *m delta_mx (inord (t %% n.+1)) (0 : 'I_1) =
  delta_mx (inord (t.+1 %% n.+1)) 0.
Proof.
have tn : (t %% n.+1 < n.+1)%N by rewrite ltn_mod.
rewrite -colE; apply/colP => i; rewrite !mxE inordK // andbT -val_eqE /= inordK ?ltn_mod //.
by have -> : ((t %% n.+1).+1 %% n.+1 = t.+1 %% n.+1)%N by rewrite -addn1 modnDml addn1.
Qed.
Lemma cycle_state x t : sst cycle_layer x t = delta_mx (inord (t %% n.+1)) 0.
Proof.
elim: t => [|t IH] /=.
  by rewrite mod0n; congr (delta_mx _ 0); apply/val_inj; rewrite /= inordK.
rewrite IH addr0 cycle_moves; apply/colP => i; rewrite !mxE /sign_code andbT.
by case: eqP => _; rewrite ?ltr01 ?ltxx.
Qed.

Theorem cycle_counts t : (snet [:: cycle_layer] (fun _ => 1%N) t == 1)%N = (n.+1 %| t.+1)%N.
Proof.
have -> : snet [:: cycle_layer] (fun _ => 1%N) t =
    sign_code ((cycle_matrix *m sst cycle_layer (fun _ => 1%N) t + 0) ord0 0).
  by rewrite -[LHS]/(scode cycle_layer (fun _ => 1%N) t ord0) ffunE.
rewrite addr0 cycle_state cycle_moves !mxE andbT -val_eqE /= inordK ?ltn_mod // /sign_code /dvdn.
by case: (t.+1 %% n.+1)%N => [|k] /=; rewrite ?ltr01 ?ltxx.
Qed.
End Layer.

(** Two factors with beta k.k = 2: a product of two symmetric matrices, with period 3. *)
Section TwoFactors.
Variable R : realFieldType.
Let e i : 'cV[R]_3 := delta_mx i 0.
Definition key01 := e (@Ordinal 3 0 isT) - e (@Ordinal 3 1 isT).
Definition key12 := e (@Ordinal 3 1 isT) - e (@Ordinal 3 2 isT).

Lemma cycle_is_two_factors : cycle_matrix R 2 = delta 1 key01 *m delta 1 key12.
Proof.
rewrite -[delta 1 key01]/(PermCompile.house 1 (PermCompile.ediff R _ _)).
rewrite -[delta 1 key12]/(PermCompile.house 1 (PermCompile.ediff R _ _)).
rewrite !PermCompile.house_tperm -perm_mxM; apply/matrixP => i j; rewrite !mxE permM.
by case: i => [[|[|[|//]]] ?]; case: j => [[|[|[|//]]] ?]; rewrite !permE.
Qed.

Theorem two_factors_mod3 : exists L : olayer R,
  (forall x, exists k k' : 'cV[R]_(on L), [/\ dot k k = 2%:R, dot k' k' = 2%:R &
     oA L x = delta 1 k *m delta 1 k']) /\
  forall t, (oout L (fun _ => 1%N) t == 1)%N = (3 %| t.+1)%N.
Proof.
exists (of_slayer (cycle_layer R 2)); split=> [x|t]; last first.
  by rewrite of_slayer_out -(@cycle_counts R 2).
exists key01, key12; rewrite -cycle_is_two_factors.
by split=> //; apply: PermCompile.ediff_norm.
Qed.
End TwoFactors.
