(** ExactNetwork.v -- networks in exact arithmetic (FORMAT.md, section 2): what they
    compute, and the check that a table proves it for words of every length.

    Statement ([exact_check_sound]): if [exact_check M dens D rows] computes to [true]
    then, for EVERY word, the network of the file M outputs what the automaton D does.
    The meaning ([exact_output]) is in Q; the check is in Z, with a state held as
    integers over one denominator per layer, so that a step is the integer equation
      (A z) d + b (a D) = z' (a d)
    row by row: no gcd, no division, no normal forms.  Standard library only. *)
From Coq Require Import ZArith QArith List Bool Lia FMapPositive.
From Statewright Require Import LrnnCert LayerStack NetworkFile ReadoutLookup.
Import ListNotations.

(* ---------------------------------------------------------------- *)
(** * 1. A file's matrices *)

Fixpoint zsum (u : list Z) : Z := match u with [] => 0%Z | x :: u' => (x + zsum u')%Z end.
Definition zmul (A B : list (list Z)) (n : nat) : list (list Z) :=
  let columns := map (fun j => map (fun r => nth j r 0%Z) B) (seq 0 n) in
  map (fun r => map (zdot r) columns) A.
Definition identity_matrix (n : nat) : list (list Z) :=
  map (fun i => map (fun j => if Nat.eqb i j then 1%Z else 0%Z) (seq 0 n)) (seq 0 n).
Definition diagonal_matrix (v : list Z) : list (list Z) :=
  let n := length v in
  map (fun i => map (fun j => if Nat.eqb i j then nth i v 0%Z else 0%Z) (seq 0 n)) (seq 0 n).

(** I - (p/q) v v^T / (v^T v) = (q s I - p v v^T) / (q s) with s = v^T v > 0; the
    denominator of v cancels. *)
Definition factor_matrix (n : nat) (f : factor) : ratmat :=
  let v := f_num (b_key f) in
  let s := Z.to_pos (zdot v v) in
  let qs := Zpos (b_den f * s) in
  RM (map (fun i => map (fun j =>
        ((if Nat.eqb i j then qs else 0) - b_num f * (nth i v 0 * nth j v 0))%Z)
      (seq 0 n)) (seq 0 n)) (b_den f * s).
(** C_F .. C_2 C_1, C_1 first. *)
Definition product_matrix (n : nat) (fs : list factor) : ratmat :=
  fold_left (fun A f => let C := factor_matrix n f in
               RM (zmul (rm_num C) (rm_num A) n) (rm_den C * rm_den A)%positive)
            fs (RM (identity_matrix n) 1).
Definition transition_matrix (n : nat) (t : transition) : ratmat :=
  match t with
  | Product fs => product_matrix n fs
  | Diagonal v => RM (diagonal_matrix (f_num v)) (f_den v)
  | Dense v => RM (rows_of n n (f_num v)) (f_den v)
  end.

(** A layer with its matrices multiplied out and its states as columns. *)
Record exact_rule := ER { x_A : ratmat; x_B : list ratvec }.
Record exact_layer := EL {
  x_rows : nat; x_reads : list nat; x_start : list ratvec; x_rules : list exact_rule;
  x_width : nat; x_readout : aff }.

Definition columns (n d : nat) (v : fractions) : list ratvec :=
  map (fun c => RV c (f_den v)) (columns_of 0%Z n d (f_num v)).
Definition exact_layer_of (l : file_layer) : exact_layer :=
  let n := y_rows l in let d := y_cols l in
  EL n (y_reads l) (columns n d (y_start l))
     (map (fun r => ER (transition_matrix n (i_A r))
             (columns n d match i_add r with
                          | Some b => b
                          | None => Fractions 1 (repeat 0%Z (n * d))
                          end)) (y_inputs l))
     (y_outputs l)
     (let w := f_den (y_weights l) in let c := f_den (y_bias l) in
      AF (map (map (Z.mul (Zpos c))) (rows_of (y_outputs l) (n * d) (f_num (y_weights l))))
         (map (Z.mul (Zpos w)) (f_num (y_bias l))) (w * c)).
Definition exact_layers (M : network) : list exact_layer := map exact_layer_of (n_layers M).

(* ---------------------------------------------------------------- *)
(** * 2. What the network computes, in Q *)

Definition exact_rule_of (l : exact_layer) (x : nat) : exact_rule :=
  nth x (x_rules l) (ER (RM [] 1) []).

(** H <- A H + B, column by column. *)
Fixpoint q_columns (A : list qvec) (H B : list qvec) : list qvec :=
  match H, B with
  | h :: H', b :: B' => qadd (qmv A h) b :: q_columns A H' B'
  | _, _ => []
  end.
Definition q_step (l : exact_layer) (x : nat) (H : list qvec) : list qvec :=
  q_columns (toQm (x_A (exact_rule_of l x))) H (map toQv (x_B (exact_rule_of l x))).
(** The first k that maximises (W vec H + c)_k. *)
Definition q_emit (l : exact_layer) (H : list qvec) : nat :=
  qargmax (qaff (x_readout l) (entries_of 0%Q (x_rows l) H)).

(** The label, as an index, that the network of the file outputs on a word. *)
Definition exact_output (M : network) (w : list nat) : nat :=
  stack_output x_reads x_width (fun l => map toQv (x_start l)) q_step q_emit
               (exact_layers M) (n_letters M) w.

(* ---------------------------------------------------------------- *)
(** * 3. The check, in Z *)

Fixpoint z_columns_start (D : positive) (H0 : list ratvec) (z : list (list Z)) : bool :=
  match H0, z with
  | h :: H', c :: z' => zvec_init D (rv_num h) (rv_den h) c && z_columns_start D H' z'
  | [], [] => true
  | _, _ => false
  end.
(** What the check is told of a layer: its states' denominator, its readout as a table. *)
Record hint := Hint { h_den : positive; h_table : readout_table }.
Definition z_start (h : hint) (l : exact_layer) := z_columns_start (h_den h) (x_start l).
Fixpoint z_columns_step (A : ratmat) (D : positive) (B : list ratvec) (z z' : list (list Z))
  : bool :=
  match z, B, z' with
  | c :: z1, b :: B', c' :: z1' =>
      zstep_ok (rm_num A) (rm_den A) (rv_num b) (rv_den b) D c c' &&
      z_columns_step A D B' z1 z1'
  | [], _, [] => true
  | _, [], [] => true
  | _, _, _ => false
  end.
Definition z_step (h : hint) (l : exact_layer) (x : nat) (z z' : list (list Z)) : bool :=
  let r := exact_rule_of l x in z_columns_step (x_A r) (h_den h) (x_B r) z z'.
Definition z_emit (h : hint) (l : exact_layer) (z : list (list Z)) : nat :=
  let v := entries_of 0%Z (x_rows l) z in
  match lookup (h_table h) v with
  | Some k => k
  | None => let f := x_readout l in zargmax (zaff (am_W f) (am_c f) (h_den h) v)
  end.
Fixpoint hints_of (dens : list positive) (N : list exact_layer) : list hint :=
  match dens, N with
  | D :: dens', l :: N' => Hint D (table_of (x_readout l)) :: hints_of dens' N'
  | _, _ => []
  end.

Definition exact_row := stack_row (list (list Z)).

(** The certificate's rows as they stand ([T]), the automaton with its letters in the
    network's order and its outputs as indices of the network's labels. *)
Definition exact_check_table (M : network) (dens : list positive) (D : dfa)
           (T : PM.t exact_row) : bool :=
  let N := exact_layers M in
  well_formed M && Nat.eqb (d_syms D) (n_letters M) && has_length (length N) dens &&
  stack_check x_reads x_width z_start z_step z_emit N (hints_of dens N) D T.

(** States computed here: what an exported instance uses. *)
Fixpoint z_image (A : list (list Z)) (a : positive) (b : list Z) (d D : positive) (z : list Z)
  : list Z :=
  match A, b with
  | r :: A', bi :: b' =>
      Z.div (zdot r z * Zpos d + bi * Zpos (a * D)) (Zpos (a * d)) :: z_image A' a b' d D z
  | _, _ => []
  end.
Definition z_compute_start (h : hint) (l : exact_layer) : list (list Z) :=
  map (fun c => map (fun x => Z.div (x * Zpos (h_den h)) (Zpos (rv_den c))) (rv_num c)) (x_start l).
Definition z_compute_step (h : hint) (l : exact_layer) (x : nat) (z : list (list Z)) :=
  let r := exact_rule_of l x in let A := x_A r in
  map (fun p => z_image (rm_num A) (rm_den A) (rv_num (snd p)) (rv_den (snd p)) (h_den h) (fst p))
      (combine z (x_B r)).
Definition exact_check (M : network) (dens : list positive) (D : dfa)
           (rows : list (positive * list positive)) : bool :=
  let N := exact_layers M in let hs := hints_of dens N in
  well_formed M && Nat.eqb (d_syms D) (n_letters M) && has_length (length N) dens &&
  stack_check x_reads x_width z_start z_step z_emit N hs D
    (computed_table x_reads x_width z_emit z_compute_start z_compute_step
                    N hs (n_letters M) rows).

(* ---------------------------------------------------------------- *)
(** * 4. Soundness *)

Definition columns_rep (D : positive) (z : list (list Z)) (H : list qvec) : Prop :=
  Forall2 (rep D) z H.

Lemma z_start_rep : forall h l z, z_start h l z = true ->
  columns_rep (h_den h) z (map toQv (x_start l)).
Proof.
  intros [D t] l. cbn [h_den]. unfold z_start, columns_rep. cbn [h_den]. generalize (x_start l). intros H0.
  induction H0 as [|h H0 IH]; intros [|c z] E; cbn in *; try discriminate; constructor.
  - apply andb_true_iff in E as [E _]. unfold rep, toQv. revert c E.
    generalize (rv_num h) (rv_den h). intros u d.
    induction u as [|x u IHu]; intros [|y c] E; cbn in *; try discriminate; constructor.
    + apply andb_true_iff in E as [E _]. apply Z.eqb_eq in E. unfold Qeq; cbn. exact E.
    + apply IHu. apply andb_true_iff in E as [_ E]. exact E.
  - apply IH. apply andb_true_iff in E as [_ E]. exact E.
Qed.

Lemma z_step_rep : forall h l x z z' H, columns_rep (h_den h) z H ->
  z_step h l x z z' = true -> columns_rep (h_den h) z' (q_step l x H).
Proof.
  intros [D t] l x z z' H. cbn [h_den]. unfold z_step, q_step, columns_rep, toQm. cbn [h_den].
  generalize (x_A (exact_rule_of l x)) (x_B (exact_rule_of l x)). intros A B R. revert B z'.
  induction R as [|c h z H Rc R IH]; intros B z' E; cbn in E.
  - destruct z'; [constructor|destruct B; discriminate].
  - destruct B as [|b B]; cbn.
    + destruct z'; [constructor|discriminate].
    + destruct z' as [|c' z']; [discriminate|].
      apply andb_true_iff in E as [E1 E2]. constructor.
      * exact (zstep_ok_rep _ _ _ _ _ _ _ _ Rc E1).
      * apply IH. exact E2.
Qed.

Lemma entries_rep : forall D k z H, columns_rep D z H ->
  rep D (entries_of 0%Z k z) (entries_of 0%Q k H).
Proof.
  induction k as [|k IH]; intros z H R; cbn; [constructor|].
  apply Forall2_app.
  - induction R as [|c h z H Rc R IHR]; cbn; constructor; [|exact IHR].
    destruct Rc; cbn; [reflexivity|assumption].
  - apply IH. induction R as [|c h z H Rc R IHR]; cbn; constructor; [|exact IHR].
    destruct Rc; cbn; [constructor|assumption].
Qed.

Definition hint_fits (h : hint) (l : exact_layer) : Prop := h_table h = table_of (x_readout l).
Lemma hints_fit : forall N dens, length dens = length N -> Forall2 hint_fits (hints_of dens N) N.
Proof.
  induction N as [|l N IH]; intros [|D dens] E; cbn in *; try discriminate; constructor.
  - reflexivity.
  - apply IH. injection E as E. exact E.
Qed.

Lemma z_emit_rep : forall h l z H, hint_fits h l -> columns_rep (h_den h) z H ->
  z_emit h l z = q_emit l H.
Proof.
  intros [D t] l z H Fit R. unfold hint_fits in Fit. unfold z_emit, q_emit.
  cbn [h_den h_table] in *. subst t.
  transitivity (zargmax (zaff (am_W (x_readout l)) (am_c (x_readout l)) D
                           (entries_of 0%Z (x_rows l) z))).
  - destruct (lookup _ _) as [k|] eqn:E; [|reflexivity].
    symmetry. apply lookup_argmax. exact E.
  - eapply argmax_rep. apply (zaff_rep (am_W (x_readout l)) (am_c (x_readout l))).
    apply entries_rep. exact R.
Qed.

Theorem exact_check_table_sound : forall M dens D T, exact_check_table M dens D T = true ->
  forall w, Forall (fun x => (x < n_letters M)%nat) w -> exact_output M w = dfa_out D w.
Proof.
  intros M dens D T E. unfold exact_check_table in E. cbv zeta in E.
  apply andb_true_iff in E as [E E4]. apply andb_true_iff in E as [E E3].
  apply andb_true_iff in E as [_ E2].
  apply Nat.eqb_eq in E2, E3. unfold exact_output. rewrite <- E2.
  exact (stack_check_sound _ _ _ _ _ _ _ _ _ z_start_rep z_step_rep z_emit_rep
           _ _ (hints_fit _ _ E3) E4).
Qed.

Theorem exact_check_sound : forall M dens D rows, exact_check M dens D rows = true ->
  forall w, Forall (fun x => (x < n_letters M)%nat) w -> exact_output M w = dfa_out D w.
Proof. intros M dens D rows E. eapply exact_check_table_sound. exact E. Qed.

(* ---------------------------------------------------------------- *)
(** * 5. The matrices are those of the file *)

(** Entry by entry, [factor_matrix] is I - (p/q) v v^T / (v^T v). *)
Lemma factor_matrix_entry : forall n f i j, (i < n)%nat -> (j < n)%nat ->
  (0 < zdot (f_num (b_key f)) (f_num (b_key f)))%Z ->
  nth j (nth i (toQm (factor_matrix n f)) []) 0%Q ==
  (if Nat.eqb i j then 1 else 0) -
  (b_num f # b_den f) * (inject_Z (nth i (f_num (b_key f)) 0%Z) *
                         inject_Z (nth j (f_num (b_key f)) 0%Z)) /
  inject_Z (zdot (f_num (b_key f)) (f_num (b_key f))).
Proof.
  intros n f i j Hi Hj Hs. unfold factor_matrix, toQm.
  cbn [rm_num rm_den].
  set (v := f_num (b_key f)) in *. set (s := zdot v v) in *.
  rewrite map_map.
  rewrite nth_indep with (d' := map (fun z => z # b_den f * Z.to_pos s)
     (map (fun j0 => ((if Nat.eqb 0 j0 then Zpos (b_den f * Z.to_pos s) else 0) -
                      b_num f * (nth 0 v 0 * nth j0 v 0))%Z) (seq 0 n)))
    by (rewrite map_length, seq_length; exact Hi).
  rewrite (map_nth (fun i0 => map (fun z => z # b_den f * Z.to_pos s)
     (map (fun j0 => ((if Nat.eqb i0 j0 then Zpos (b_den f * Z.to_pos s) else 0) -
                      b_num f * (nth i0 v 0 * nth j0 v 0))%Z) (seq 0 n))) (seq 0 n) 0%nat i).
  rewrite seq_nth by exact Hi. rewrite map_map. cbn [Nat.add].
  rewrite nth_indep with (d' := (fun j0 => ((if Nat.eqb i j0 then Zpos (b_den f * Z.to_pos s) else 0) -
      b_num f * (nth i v 0 * nth j0 v 0))%Z # b_den f * Z.to_pos s) 0%nat)
    by (rewrite map_length, seq_length; exact Hj).
  rewrite (map_nth (fun j0 => ((if Nat.eqb i j0 then Zpos (b_den f * Z.to_pos s) else 0) -
      b_num f * (nth i v 0 * nth j0 v 0))%Z # b_den f * Z.to_pos s) (seq 0 n) 0%nat j).
  rewrite seq_nth by exact Hj. cbn [Nat.add].
  generalize (nth i v 0%Z) (nth j v 0%Z). intros a b. clearbody s v. clear Hi Hj.
  destruct s as [|p|p]; try lia. cbn [Z.to_pos].
  destruct (Nat.eqb i j); unfold Qeq, Qminus, Qdiv, Qplus, Qopp, Qmult, Qinv, inject_Z;
    cbn [Qnum Qden]; rewrite ?Pos2Z.inj_mul, ?Pos.mul_1_r; ring.
Qed.
