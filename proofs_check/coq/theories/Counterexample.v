(** Counterexample.v -- a word on which a network and an automaton differ (FORMAT.md 4.2),
    the sibling of the checks for every word in ExactNetwork.v and RoundedNetwork.v.

    Statements ([exact_difference_sound], [rounded_difference_sound]): if the check computes
    to [true], network and automaton give the two labels named, which differ, on the
    word; [exact_shortest_sound], [rounded_shortest_sound]: and on every shorter word
    they agree.  That part is a table whose rows have budgets: the start has the budget
    |word| - 1, a row with a budget leads under every letter to rows with at least one
    less, and all rows agree in their labels ([budget_check_sound]).

    A run in exact arithmetic carries its own denominator, layer by layer, so that nothing
    but the word is needed; what is computed from step to step is checked, not proved. *)
From Coq Require Import ZArith QArith List Bool Lia FMapPositive.
From Statewright Require Import LrnnCert LayerStack NetworkFile ReadoutLookup ExactNetwork RoundedNetwork.
Import ListNotations.
Local Open Scope nat_scope.

Definition letters_of (n : nat) (w : list nat) : bool := forallb (fun x => Nat.ltb x n) w.
Lemma letters_of_spec n w : letters_of n w = true -> Forall (fun x => x < n) w.
Proof.
  intro E. apply Forall_forall. intros x I. unfold letters_of in E.
  rewrite forallb_forall in E. apply Nat.ltb_lt. apply E. exact I.
Qed.

(* ---------------------------------------------------------------- *)
(** * 1. Any stack of layers *)
Set Implicit Arguments.
Section Stack.
Variables L V : Type.
Variable reads : L -> list nat.
Variable width : L -> nat.
Variable start : L -> V.
Variable step : L -> nat -> V -> V.
Variable emit : L -> V -> nat.
Variables C H : Type.
Variable fits : H -> L -> Prop.
Variable rep : H -> C -> V -> Prop.
Variable code_start : H -> L -> C -> bool.
Variable code_step : H -> L -> nat -> C -> C -> bool.
Variable code_emit : H -> L -> C -> nat.
Hypothesis code_start_rep : forall h l c, code_start h l c = true -> rep h c (start l).
Hypothesis code_step_rep : forall h l x c c' v,
  rep h c v -> code_step h l x c c' = true -> rep h c' (step l x v).
Hypothesis code_emit_rep : forall h l c v, fits h l -> rep h c v -> code_emit h l c = emit l v.
Variable compute_start : H -> L -> C.
Variable compute_step : H -> L -> nat -> C -> C.

(** ** A run *)

Fixpoint checked_run (N : list L) (hs : list H) (letters : nat) (cs : list C) (w : list nat)
  : option (list C) :=
  match w with
  | [] => Some cs
  | x :: w' =>
      let cs' := compute_steps reads width code_emit compute_step N hs [letters] [x] cs in
      if codes_step reads width code_step code_emit N hs [letters] [x] cs cs'
      then checked_run N hs letters cs' w' else None
  end.
Definition run_emits (N : list L) (hs : list H) (letters : nat) (w : list nat) (label : nat) : bool :=
  let cs := compute_starts compute_start N hs in
  codes_start code_start N hs cs &&
  match checked_run N hs letters cs w with
  | Some cs' => Nat.eqb (codes_emit code_emit N hs cs') label
  | None => false
  end.

Lemma checked_run_rep : forall N hs letters w cs cs' S, Forall2 fits hs N ->
  reps rep hs cs S -> checked_run N hs letters cs w = Some cs' ->
  reps rep hs cs' (stack_run reads width step emit N letters S w).
Proof.
  intros N hs letters w. induction w as [|x w IH]; intros cs cs' S Fit R E; cbn in E.
  - injection E as <-. exact R.
  - destruct (codes_step _ _ _ _ _ _ _ _ _ _) eqn:K; [|discriminate].
    cbn. eapply IH; [exact Fit| |exact E].
    eapply codes_step_rep; eauto.
Qed.

Theorem run_emits_sound : forall N hs letters w label, Forall2 fits hs N ->
  run_emits N hs letters w label = true ->
  stack_output reads width start step emit N letters w = label.
Proof.
  intros N hs letters w label Fit E. unfold run_emits in E.
  apply andb_true_iff in E as [E0 E].
  destruct (checked_run _ _ _ _ _) as [cs'|] eqn:K; [|discriminate].
  apply Nat.eqb_eq in E. unfold stack_output. rewrite <- E. symmetry.
  eapply codes_emit_rep; [exact code_emit_rep|exact Fit|].
  eapply checked_run_rep; [exact Fit| |exact K].
  eapply codes_start_rep; eauto.
Qed.

(** ** A table for all words up to a length *)

(** [budget p]: how many letters may be read from row p; nothing is asked of the
    successors of a row without. *)
Definition budget_row_ok (N : list L) (hs : list H) (D : dfa) (T : PM.t (stack_row C))
           (budget : positive -> nat) (p : positive) (r : stack_row C) : bool :=
  Nat.eqb (codes_emit code_emit N hs (w_codes r)) (d_label D (w_state r)) &&
  match budget p with
  | O => true
  | S b =>
      Nat.eqb (length (w_next r)) (d_syms D) &&
      forallb (fun j => Nat.leb b (budget j)) (w_next r) &&
      next_ok reads width code_step code_emit N hs D T r 0 (w_next r)
  end.
Definition budget_check (N : list L) (hs : list H) (D : dfa) (T : PM.t (stack_row C))
           (budget : positive -> nat) : bool :=
  match PM.find 1%positive T with
  | None => false
  | Some r =>
      codes_start code_start N hs (w_codes r) && Pos.eqb (w_state r) (d_init D) &&
      forallb (fun p => budget_row_ok N hs D T budget (fst p) (snd p)) (PM.elements T)
  end.

Theorem budget_check_sound : forall N hs D T budget, Forall2 fits hs N ->
  budget_check N hs D T budget = true ->
  forall w, length w <= budget 1%positive -> Forall (fun x => x < d_syms D) w ->
  stack_output reads width start step emit N (d_syms D) w = dfa_out D w.
Proof.
  intros N hs D T budget Fit E. unfold budget_check in E.
  destruct (PM.find 1%positive T) as [r0|] eqn:F0; [|discriminate].
  apply andb_true_iff in E as [E Hall]. apply andb_true_iff in E as [E0 Eq].
  apply Pos.eqb_eq in Eq.
  assert (Hrow : forall i r, PM.find i T = Some r -> budget_row_ok N hs D T budget i r = true).
  { intros i r F. rewrite forallb_forall in Hall. apply (Hall (i, r)).
    apply PM.elements_correct. exact F. }
  assert (G : forall w, Forall (fun x => x < d_syms D) w ->
     forall i r S, PM.find i T = Some r -> reps rep hs (w_codes r) S -> length w <= budget i ->
       stack_emit emit N (stack_run reads width step emit N (d_syms D) S w) =
       d_label D (fold_left (d_step D) w (w_state r))).
  { induction w as [|x w IH]; intros Hw i r S Fi R B;
      generalize (Hrow _ _ Fi); unfold budget_row_ok; intro K;
      apply andb_true_iff in K as [K1 K]; apply Nat.eqb_eq in K1.
    - cbn. rewrite <- K1. symmetry. eapply codes_emit_rep; eauto.
    - cbn in B. destruct (budget i) as [|b]; [lia|].
      apply andb_true_iff in K as [K K3]. apply andb_true_iff in K as [K2 Kb].
      apply Nat.eqb_eq in K2.
      inversion Hw as [|? ? Hx Hw']; subst.
      assert (Hl : x < length (w_next r)) by (rewrite K2; exact Hx).
      destruct (@next_ok_nth _ reads width _ _ code_step code_emit _ _ _ _ _ _ _ K3 x Hl)
        as (r' & A & Q & M).
      cbn in Q, M. cbn. rewrite Q.
      eapply IH; [exact Hw'|exact A|eapply codes_step_rep; eauto|].
      rewrite forallb_forall in Kb.
      specialize (Kb _ (nth_In _ 1%positive Hl)). apply Nat.leb_le in Kb. lia. }
  intros w B Hw. unfold stack_output, dfa_out. rewrite <- Eq.
  eapply G; eauto. eapply codes_start_rep; eauto.
Qed.
End Stack.
Unset Implicit Arguments.

(** The rows of a table by levels: the numbers of rows of depth 0, 1, .. *)
Definition budgets_of (depths : list nat) : PM.t nat :=
  mk_map (concat (map (fun p => repeat (length depths - 1 - fst p) (snd p))
                      (combine (seq 0 (length depths)) depths))).
Definition budget_in (M : PM.t nat) (p : positive) : nat :=
  match PM.find p M with Some b => b | None => 0 end.

(** As [table_rows], but only the first [inner] rows name a row for every letter. *)
Definition level_rows (inner leaves letters : nat) (l : list positive)
  : list (positive * list positive) :=
  let k := (inner * S letters)%nat in
  table_rows inner letters (firstn k l) ++ map (fun q => (q, [])) (firstn leaves (skipn k l)).

(* ---------------------------------------------------------------- *)
(** * 2. Exact arithmetic *)

(** A code with its own denominator: D > 0 and integers. *)
Definition own_code := (positive * list (list Z))%type.
Definition scale (k : positive) (z : list (list Z)) := map (map (Z.mul (Zpos k))) z.
Definition own_rep (_ : readout_table) (c : own_code) (H : list qvec) := columns_rep (fst c) (snd c) H.
Definition own_start (t : readout_table) (l : exact_layer) (c : own_code) : bool :=
  z_start (Hint (fst c) t) l (snd c).
(** A z / D + B = z' / D', over D D'. *)
Definition own_step (t : readout_table) (l : exact_layer) (x : nat) (c c' : own_code) : bool :=
  z_step (Hint (fst c * fst c') t) l x (scale (fst c') (snd c)) (scale (fst c) (snd c')).
Definition own_emit (t : readout_table) (l : exact_layer) (c : own_code) : nat :=
  z_emit (Hint (fst c) t) l (snd c).
Definition own_fits (t : readout_table) (l : exact_layer) : Prop := t = table_of (x_readout l).

Lemma scale_rep k D z H : columns_rep D z H -> columns_rep (D * k) (scale k z) H.
Proof.
  intro R. unfold columns_rep, scale. induction R as [|c h z H Rc R IH]; cbn [map]; constructor; [|exact IH].
  unfold LrnnCert.rep. induction Rc as [|x v c h E Rc IHc]; cbn [map]; constructor; [|exact IHc].
  rewrite E. unfold Qeq; cbn [Qnum Qden]. rewrite Pos2Z.inj_mul. ring.
Qed.
Lemma rep_scale k D z H : columns_rep (D * k) (scale k z) H -> columns_rep D z H.
Proof.
  unfold columns_rep, scale. assert (F : forall x, Z.mul (Zpos k) x = (Zpos k * x)%Z) by reflexivity.
  revert F. generalize (Z.mul (Zpos k)) at 1 3. intros f F. revert H. induction z as [|c z IH]; intros H R; inversion R as [|? h ? H' Rc R']; subst.
  - constructor.
  - constructor; [|apply IH; exact R'].
    clear - Rc F. unfold LrnnCert.rep in *. revert h Rc.
    induction c as [|x c IHc]; intros h Rc; inversion Rc as [|? v ? h' E Rc']; subst; constructor.
    + rewrite E, F. unfold Qeq; cbn [Qnum Qden]. rewrite Pos2Z.inj_mul. ring.
    + apply IHc. exact Rc'.
Qed.

Lemma own_start_rep t l c : own_start t l c = true -> own_rep t c (map toQv (x_start l)).
Proof. intro E. exact (z_start_rep _ _ _ E). Qed.
Lemma own_step_rep t l x c c' H : own_rep t c H -> own_step t l x c c' = true ->
  own_rep t c' (q_step l x H).
Proof.
  unfold own_rep, own_step. intros R E.
  apply (rep_scale (fst c)). rewrite Pos.mul_comm.
  exact (z_step_rep (Hint (fst c * fst c') t) l x _ _ _ (scale_rep (fst c') _ _ _ R) E).
Qed.
Lemma own_emit_rep t l c H : own_fits t l -> own_rep t c H -> own_emit t l c = q_emit l H.
Proof. intros Fit R. exact (z_emit_rep (Hint (fst c) t) l _ _ Fit R). Qed.

Definition own_hints (N : list exact_layer) := map (fun l => table_of (x_readout l)) N.
Lemma own_hints_fit N : Forall2 own_fits (own_hints N) N.
Proof. induction N; cbn; constructor; [reflexivity|assumption]. Qed.

(** Computed, to be checked: over the product of all denominators, divided by the gcd. *)
Definition lowest (c : own_code) : own_code :=
  let g := fold_left Z.gcd (concat (snd c)) (Zpos (fst c)) in
  (Z.to_pos (Z.div (Zpos (fst c)) g), map (map (fun z => Z.div z g)) (snd c)).
Definition own_compute_start (_ : readout_table) (l : exact_layer) : own_code :=
  (* all columns of a layer's start have the file's denominator *)
  (match x_start l with h :: _ => rv_den h | [] => 1%positive end, map rv_num (x_start l)).
Definition own_compute_step (t : readout_table) (l : exact_layer) (x : nat) (c : own_code) : own_code :=
  let r := exact_rule_of l x in
  let d := match x_B r with b :: _ => rv_den b | [] => 1%positive end in
  let D := (rm_den (x_A r) * fst c * d)%positive in
  lowest (D, z_compute_step (Hint D t) l x (scale (rm_den (x_A r) * d) (snd c))).

(** Network and automaton give the labels a and b on the word, which differ. *)
Definition exact_differs (M : network) (D : dfa) (w : list nat) (a b : nat) : Prop :=
  Forall (fun x => x < n_letters M) w /\ exact_output M w = a /\ dfa_out D w = b /\ a <> b.
(** ... and agree on all shorter words. *)
Definition exact_shortest (M : network) (D : dfa) (w : list nat) (a b : nat) : Prop :=
  exact_differs M D w a b /\
  forall w', length w' < length w -> Forall (fun x => x < n_letters M) w' ->
  exact_output M w' = dfa_out D w'.

Definition exact_difference (M : network) (D : dfa) (w : list nat) (a b : nat) : bool :=
  let N := exact_layers M in
  well_formed M && Nat.eqb (d_syms D) (n_letters M) && letters_of (n_letters M) w &&
  negb (Nat.eqb a b) && Nat.eqb (dfa_out D w) b &&
  run_emits x_reads x_width own_start own_step own_emit own_compute_start own_compute_step
            N (own_hints N) (n_letters M) w a.

Theorem exact_difference_sound : forall M D w a b,
  exact_difference M D w a b = true -> exact_differs M D w a b.
Proof.
  intros M D w a b E. unfold exact_difference in E. cbv zeta in E.
  apply andb_true_iff in E as [E E6]. apply andb_true_iff in E as [E E5].
  apply andb_true_iff in E as [E E4]. apply andb_true_iff in E as [_ E3].
  repeat split.
  - apply letters_of_spec. exact E3.
  - eapply run_emits_sound with (rep := own_rep); [exact own_start_rep|exact own_step_rep|exact own_emit_rep| |exact E6].
    apply own_hints_fit.
  - apply Nat.eqb_eq. exact E5.
  - apply Nat.eqb_neq. apply negb_true_iff. exact E4.
Qed.

Definition exact_shorter (M : network) (dens : list positive) (D : dfa)
           (depths : list nat) (T : PM.t exact_row) : bool :=
  let N := exact_layers M in let hs := hints_of dens N in let B := budgets_of depths in
  Nat.eqb (d_syms D) (n_letters M) && has_length (length N) dens &&
  budget_check x_reads x_width z_start z_step z_emit N hs D T (budget_in B) &&
  Nat.leb (length depths - 1) (budget_in B 1%positive).

(** A certificate's rows as they stand. The empty word needs no table. *)
Definition exact_shortest_table (M : network) (dens : list positive) (D : dfa) (w : list nat) (a b : nat)
           (depths : list nat) (T : PM.t exact_row) : bool :=
  exact_difference M D w a b && Nat.eqb (length depths) (length w) &&
  (Nat.eqb (length w) 0 || exact_shorter M dens D depths T).
(** States computed here: what an exported instance uses. *)
Definition exact_shortest_check (M : network) (dens : list positive) (D : dfa) (w : list nat) (a b : nat)
           (depths : list nat) (rows : list (positive * list positive)) : bool :=
  exact_shortest_table M dens D w a b depths
    (computed_table x_reads x_width z_emit z_compute_start z_compute_step
       (exact_layers M) (hints_of dens (exact_layers M)) (n_letters M) rows).

Theorem exact_shortest_table_sound : forall M dens D w a b depths T,
  exact_shortest_table M dens D w a b depths T = true -> exact_shortest M D w a b.
Proof.
  intros M dens D w a b depths T E. unfold exact_shortest_table in E.
  apply andb_true_iff in E as [E E2]. apply andb_true_iff in E as [E E1].
  split; [apply exact_difference_sound; exact E|].
  intros w' Hl Hw. apply Nat.eqb_eq in E1.
  apply orb_true_iff in E2 as [E2|E2]; [apply Nat.eqb_eq in E2; lia|].
  unfold exact_shorter in E2. cbv zeta in E2.
  apply andb_true_iff in E2 as [E2 E6]. apply andb_true_iff in E2 as [E2 E5].
  apply andb_true_iff in E2 as [E3 E4].
  apply Nat.eqb_eq in E3, E4. apply Nat.leb_le in E6.
  unfold exact_output. rewrite <- E3 in *.
  eapply budget_check_sound with (rep := fun h => columns_rep (h_den h));
    [exact z_start_rep|exact z_step_rep|exact z_emit_rep|exact (ExactNetwork.hints_fit _ _ E4)|exact E5|lia|exact Hw].
Qed.

Theorem exact_shortest_sound : forall M dens D w a b depths rows,
  exact_shortest_check M dens D w a b depths rows = true -> exact_shortest M D w a b.
Proof. intros M dens D w a b depths rows E. eapply exact_shortest_table_sound. exact E. Qed.

(* ---------------------------------------------------------------- *)
(** * 3. Every operation rounded *)

Definition rounded_differs (T : formats) (M : network) (D : dfa) (w : list nat) (a b : nat) : Prop :=
  exists N, stored_layers T M = Some N /\ Forall (fun x => x < n_letters M) w /\
  rounded_output N (n_letters M) w = a /\ dfa_out D w = b /\ a <> b.
Definition rounded_shortest (T : formats) (M : network) (D : dfa) (w : list nat) (a b : nat) : Prop :=
  exists N, stored_layers T M = Some N /\ Forall (fun x => x < n_letters M) w /\
  rounded_output N (n_letters M) w = a /\ dfa_out D w = b /\ a <> b /\
  forall w', length w' < length w -> Forall (fun x => x < n_letters M) w' ->
  rounded_output N (n_letters M) w' = dfa_out D w'.

Definition rounded_difference (T : formats) (M : network) (D : dfa) (w : list nat) (a b : nat) : bool :=
  match stored_layers T M with
  | None => false
  | Some N =>
      well_formed M && Nat.eqb (d_syms D) (n_letters M) && letters_of (n_letters M) w &&
      negb (Nat.eqb a b) && Nat.eqb (dfa_out D w) b &&
      Nat.eqb (rounded_output N (n_letters M) w) a
  end.

Theorem rounded_difference_sound : forall T M D w a b,
  rounded_difference T M D w a b = true -> rounded_differs T M D w a b.
Proof.
  intros T M D w a b E. unfold rounded_difference in E. unfold rounded_differs.
  destruct (stored_layers T M) as [N|]; [|discriminate]. exists N. split; [reflexivity|].
  apply andb_true_iff in E as [E E6]. apply andb_true_iff in E as [E E5].
  apply andb_true_iff in E as [E E4]. apply andb_true_iff in E as [_ E3].
  apply Nat.eqb_eq in E5, E6. apply negb_true_iff, Nat.eqb_neq in E4.
  auto using letters_of_spec.
Qed.

Definition rounded_shortest_table (T : formats) (M : network) (D : dfa) (w : list nat) (a b : nat)
           (depths : list nat) (rows : PM.t rounded_row) : bool :=
  rounded_difference T M D w a b && Nat.eqb (length depths) (length w) &&
  match stored_layers T M with
  | None => false
  | Some N =>
      let B := budgets_of depths in
      Nat.eqb (length w) 0 ||
      Nat.eqb (d_syms D) (n_letters M) &&
      budget_check r_reads r_width b_start b_step b_emit N (hints N) D rows (budget_in B) &&
      Nat.leb (length depths - 1) (budget_in B 1%positive)
  end.
Definition rounded_shortest_check (T : formats) (M : network) (D : dfa) (w : list nat) (a b : nat)
           (depths : list nat) (rows : list (positive * list positive)) : bool :=
  match stored_layers T M with
  | None => false
  | Some N =>
      rounded_shortest_table T M D w a b depths
        (computed_table r_reads r_width b_emit (fun _ l => r_start l)
           (fun _ l x c => r_step l x c) N (hints N) (n_letters M) rows)
  end.

Theorem rounded_shortest_table_sound : forall T M D w a b depths rows,
  rounded_shortest_table T M D w a b depths rows = true -> rounded_shortest T M D w a b.
Proof.
  intros T M D w a b depths rows E. unfold rounded_shortest_table in E.
  apply andb_true_iff in E as [E E2]. apply andb_true_iff in E as [E E1].
  apply rounded_difference_sound in E as (N & F & Hw & A & B & Neq).
  unfold rounded_shortest. rewrite F in E2. exists N. repeat split; auto.
  intros w' Hl Hw'. apply Nat.eqb_eq in E1.
  apply orb_true_iff in E2 as [E2|E2]; [apply Nat.eqb_eq in E2; lia|].
  apply andb_true_iff in E2 as [E2 E6]. apply andb_true_iff in E2 as [E3 E5].
  apply Nat.eqb_eq in E3. apply Nat.leb_le in E6.
  unfold rounded_output. rewrite <- E3 in *.
  eapply budget_check_sound with (rep := b_rep);
    [exact b_start_rep|exact b_step_rep|exact b_emit_rep|exact (RoundedNetwork.hints_fit N)|exact E5|lia|exact Hw'].
Qed.

Theorem rounded_shortest_sound : forall T M D w a b depths rows,
  rounded_shortest_check T M D w a b depths rows = true -> rounded_shortest T M D w a b.
Proof.
  intros T M D w a b depths rows E. unfold rounded_shortest_check in E.
  destruct (stored_layers T M) as [N|] eqn:F; [|discriminate].
  eapply rounded_shortest_table_sound. exact E.
Qed.
