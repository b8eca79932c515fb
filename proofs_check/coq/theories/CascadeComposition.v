(** CascadeComposition.v -- a stack of layers outputs the label of a DFA on every
    word as soon as (1) each layer realises its own component machine on the
    symbols that can reach it, and (2) the tuple of component states covers the
    DFA: a map phi with phi (start) = q0, phi (step) = delta (phi) and the right
    label at the end of the cascade.  So a network compiled level by level is
    proved level by level: the cost is the sum of the levels plus the tuples that
    are reached, never the product of the layers' state vectors.

    Statement: [stack_covers_dfa] (any component machines), [cascade_check_sound]
    (tables and integer weights, closed by computation).
    Source: the cascades of Krohn and Rhodes in the form of Maler and Pnueli (1994),
    as used in Theorem 4 of Grazzi et al. (ICLR 2025).  A component is a Mealy
    machine that reads the state BEFORE the step; the decoder of a layer sees the
    state AFTER it, so "the layer realises the component" is exactly where a lost
    pre-state would be noticed ([reset_forgets]).
    Standard library only; the network is the one of LrnnCert.v. *)
From Coq Require Import ZArith QArith List Bool Lia FMapPositive.
From Statewright Require Import LrnnCert.
Import ListNotations.

(* ---------------------------------------------------------------- *)
(** * 1. Components, cascades and what a layer has to do *)

(** A level of a cascade; states and symbols are numbers.  [k_out s x] is the
    symbol passed on when [x] is read in state [s] (before the step). *)
Record component := KP {
  k_init : nat;
  k_step : nat -> nat -> nat;
  k_out  : nat -> nat -> nat }.

(** One step of the tuple of states: the output of a level is the input of the next. *)
Fixpoint cstep (C : list component) (S : list nat) (x : nat) : list nat * nat :=
  match C, S with
  | c :: C', s :: S' =>
      let r := cstep C' S' (k_out c s x) in (k_step c s x :: fst r, snd r)
  | _, _ => ([], x)
  end.
Definition cinit (C : list component) : list nat := map k_init C.
Fixpoint crun_from (C : list component) (S : list nat) (out : nat) (w : list nat) : nat :=
  match w with
  | [] => out
  | x :: w' => let r := cstep C S x in crun_from C (fst r) (snd r) w'
  end.
Definition cascade_out (C : list component) (e : nat) (w : list nat) : nat :=
  crun_from C (cinit C) e w.

(** Layer [L] realises [c] on the symbols [I] and emits symbols of [J]: some
    relation between state vectors and component states holds at the start, is
    kept by every step, and determines the output. *)
Definition realises (I J : nat -> Prop) (L : layer) (c : component) : Prop :=
  exists R : qvec -> nat -> Prop,
    R (toQv (l_h0 L)) (k_init c) /\
    forall h s x, I x -> R h s ->
      R (qstep L x h) (k_step c s x) /\
      qdec L (qstep L x h) x = k_out c s x /\ J (k_out c s x).

(** Level by level; the symbols a level emits are those the next one reads. *)
Inductive stack_realises : (nat -> Prop) -> net -> list component -> (nat -> Prop) -> Prop :=
| sr_none : forall I, stack_realises I [] [] I
| sr_level : forall I J K L N c C, realises I J L c -> stack_realises J N C K ->
             stack_realises I (L :: N) (c :: C) K.

(** [phi] maps tuples of states onto states of [D], on the tuples in [P]. *)
Definition covers (I : nat -> Prop) (C : list component) (e : nat) (D : dfa)
           (P : list nat -> Prop) (phi : list nat -> positive) : Prop :=
  P (cinit C) /\ phi (cinit C) = d_init D /\ e = d_label D (d_init D) /\
  forall S x, P S -> I x ->
    P (fst (cstep C S x)) /\
    phi (fst (cstep C S x)) = d_step D (phi S) x /\
    snd (cstep C S x) = d_label D (phi (fst (cstep C S x))).

(* ---------------------------------------------------------------- *)
(** * 2. The composition lemma *)

(** States of the stack and of the cascade, related level by level. *)
Lemma stack_simulates : forall I N C K, stack_realises I N C K ->
  exists R : qstate -> list nat -> Prop,
    R (ninit N) (cinit C) /\
    forall H S x, I x -> R H S ->
      R (fst (nstep N H x)) (fst (cstep C S x)) /\
      snd (nstep N H x) = snd (cstep C S x) /\ K (snd (cstep C S x)).
Proof.
  intros I N C K SR. induction SR as [I | I J K L N c C (R & R0 & Rs) _ (T & T0 & Ts)].
  - exists (fun _ _ => True). split; [exact Logic.I|]. intros H S x Ix _. cbn. auto.
  - exists (fun H S => match H, S with h :: H', s :: S' => R h s /\ T H' S' | _, _ => False end).
    split; [cbn; split; assumption|].
    intros [|h H] [|s S] x Ix HS; try contradiction. destruct HS as [Hh HT].
    destruct (Rs h s x Ix Hh) as (Rh' & Ho & HJ). cbn. rewrite Ho.
    destruct (Ts H S _ HJ HT) as (A & B & HK). auto.
Qed.

Theorem stack_is_cascade : forall I N C K, stack_realises I N C K ->
  forall e w, Forall I w -> lrnn_out N e w = cascade_out C e w.
Proof.
  intros I N C K SR e w. destruct (stack_simulates _ _ _ _ SR) as (R & R0 & Rs).
  unfold lrnn_out, cascade_out. revert R0. generalize (ninit N) (cinit C). revert e.
  induction w as [|x w IH]; intros e H S HS Hw; cbn; [reflexivity|].
  inversion Hw as [|? ? Ix Hw']; subst. destruct (Rs H S x Ix HS) as (A & B & _).
  rewrite B. apply IH; assumption.
Qed.

Theorem cascade_is_dfa : forall I C e D P phi, covers I C e D P phi ->
  forall w, Forall I w -> cascade_out C e w = dfa_out D w.
Proof.
  intros I C e D P phi (P0 & F0 & E0 & Fs) w.
  unfold cascade_out, dfa_out. rewrite <- F0. subst e. rewrite <- F0. revert P0.
  generalize (cinit C) as S. clear F0.
  induction w as [|x w IH]; intros S PS Hw; cbn; [reflexivity|].
  inversion Hw as [|? ? Ix Hw']; subst. destruct (Fs S x PS Ix) as (A & B & E).
  rewrite E, <- B. apply IH; assumption.
Qed.

(** The composition theorem: levels that realise their components, and a covering
    map, give the DFA's label on words of every length. *)
Theorem stack_covers_dfa : forall I N C K e D P phi,
  stack_realises I N C K -> covers I C e D P phi ->
  forall w, Forall I w -> lrnn_out N e w = dfa_out D w.
Proof.
  intros I N C K e D P phi SR CV w Hw. rewrite (stack_is_cascade _ _ _ _ SR e w Hw).
  exact (cascade_is_dfa _ _ _ _ _ _ CV w Hw).
Qed.

(** Why the printed proof of Theorem 4 needs a repair: a layer that resets (the
    step forgets the state) cannot pass on the state it had before.  If two
    reachable states of a component have different outputs on [x], no layer whose
    matrix for [x] is zero realises it. *)
Theorem reset_forgets : forall (I J : nat -> Prop) L c x u v,
  realises I J L c -> I x -> Forall I u -> Forall I v ->
  (forall h h', qstep L x h = qstep L x h') ->
  k_out c (fold_left (k_step c) u (k_init c)) x = k_out c (fold_left (k_step c) v (k_init c)) x.
Proof.
  intros I J L c x u v (R & R0 & Rs) Ix Hu Hv Hreset.
  assert (G : forall w, Forall I w -> forall h s, R h s ->
     R (fold_left (fun h x => qstep L x h) w h) (fold_left (k_step c) w s)).
  { induction w as [|y w IH]; intros Hw h s Hs; cbn; [exact Hs|].
    inversion Hw; subst. apply IH; [assumption|]. apply Rs; assumption. }
  destruct (Rs _ _ x Ix (G u Hu _ _ R0)) as (_ & A & _).
  destruct (Rs _ _ x Ix (G v Hv _ _ R0)) as (_ & B & _).
  rewrite <- A, <- B. f_equal. apply Hreset.
Qed.

(* ---------------------------------------------------------------- *)
(** * 3. Tables: everything decided by computation on integers *)

(** A level as a certificate writes it: [t_next] and [t_out] list, state after
    state, the values on the symbols 0, 1, ...; [t_vec] gives the state vector of
    the layer in each state over the denominator [t_den]; [t_in] lists the symbols
    that can arrive. *)
Record level := LV {
  t_init : nat;
  t_next : list (list nat);
  t_out  : list (list nat);
  t_in   : list nat;
  t_den  : positive;
  t_vec  : list (list Z) }.
Definition at2 (T : list (list nat)) (s x : nat) : nat := nth x (nth s T []) 0%nat.
Definition machine (V : level) : component := KP (t_init V) (at2 (t_next V)) (at2 (t_out V)).
Definition vec (V : level) (s : nat) : list Z := nth s (t_vec V) [].
Definition nmem (x : nat) (l : list nat) : bool := existsb (Nat.eqb x) l.

Definition level_check (L : layer) (V : level) (next_in : list nat) : bool :=
  let n := length (t_vec V) in
  Nat.ltb (t_init V) n &&
  zvec_init (t_den V) (rv_num (l_h0 L)) (rv_den (l_h0 L)) (vec V (t_init V)) &&
  forallb (fun s => forallb (fun x =>
    let s' := at2 (t_next V) s x in
    let A := nth x (l_A L) dmat in
    let b := nth x (l_B L) dvec in
    Nat.ltb s' n &&
    zstep_ok (rm_num A) (rm_den A) (rv_num b) (rv_den b) (t_den V) (vec V s) (vec V s') &&
    Nat.eqb (zdec L (t_den V) (vec V s') x) (at2 (t_out V) s x) &&
    nmem (at2 (t_out V) s x) next_in) (t_in V)) (seq 0 n).

(** Does every symbol permute the states of the level or send them all to one? *)
Definition perm_reset (V : level) : bool :=
  let n := length (t_vec V) in
  forallb (fun x =>
    let image := map (fun s => at2 (t_next V) s x) (seq 0 n) in
    forallb (fun t => nmem t image) (seq 0 n) ||
    forallb (Nat.eqb (at2 (t_next V) 0 x)) image) (t_in V).

Lemma nmem_in : forall x l, nmem x l = true -> In x l.
Proof.
  intros x l H. apply existsb_exists in H as (y & Hy & E). apply Nat.eqb_eq in E. congruence.
Qed.

Lemma level_check_sound : forall L V next_in, level_check L V next_in = true ->
  realises (fun x => In x (t_in V)) (fun y => In y next_in) L (machine V).
Proof.
  intros L V next_in H. unfold level_check in H.
  apply andb_true_iff in H as [H Hs]. apply andb_true_iff in H as [H0 Hi].
  apply Nat.ltb_lt in H0. rewrite forallb_forall in Hs.
  exists (fun h s => (s < length (t_vec V))%nat /\ rep (t_den V) (vec V s) h). split.
  - split; [exact H0|].
    assert (K : init_ok [L] [t_den V] [vec V (t_init V)] = true) by (cbn; rewrite Hi; reflexivity).
    apply init_rep in K. inversion K; subst. assumption.
  - intros h s x Hx [Hn Hr].
    assert (Hin : In s (seq 0 (length (t_vec V)))) by (apply in_seq; lia).
    specialize (Hs s Hin). rewrite forallb_forall in Hs. specialize (Hs x Hx).
    apply andb_true_iff in Hs as [Hs Hm]. apply andb_true_iff in Hs as [Hs Hd].
    apply andb_true_iff in Hs as [Hl Hz].
    apply Nat.ltb_lt in Hl. apply Nat.eqb_eq in Hd. apply nmem_in in Hm.
    assert (Q : rep (t_den V) (vec V (at2 (t_next V) s x)) (qstep L x h))
      by (eapply zstep_ok_rep; eauto).
    split; [split; [exact Hl | exact Q]|].
    split; [|exact Hm]. cbn. rewrite <- Hd. symmetry. apply zdec_rep. exact Q.
Qed.

(** What [perm_reset] decides: on its own symbols a level is a permutation-reset
    machine, the form that Krohn and Rhodes ask of a component. *)
Lemma perm_reset_sound : forall V, perm_reset V = true ->
  forall x, In x (t_in V) ->
  (forall t, (t < length (t_vec V))%nat ->
     exists s, (s < length (t_vec V))%nat /\ at2 (t_next V) s x = t) \/
  (exists t, forall s, (s < length (t_vec V))%nat -> at2 (t_next V) s x = t).
Proof.
  intros V H x Hx. unfold perm_reset in H. rewrite forallb_forall in H. specialize (H x Hx).
  apply orb_true_iff in H as [H|H]; rewrite forallb_forall in H; [left|right].
  - intros t Ht. assert (I : In t (seq 0 (length (t_vec V)))) by (apply in_seq; lia).
    apply H, nmem_in, in_map_iff in I as (s & E & Hs). apply in_seq in Hs.
    exists s. split; [lia|exact E].
  - exists (at2 (t_next V) 0 x). intros s Hs. symmetry. apply Nat.eqb_eq, H.
    apply (in_map (fun s => at2 (t_next V) s x)). apply in_seq. lia.
Qed.

(** Symbols that the first level reads; those that leave the stack if there is none. *)
Definition ins_of (Vs : list level) (outs : list nat) : list nat :=
  match Vs with [] => outs | V :: _ => t_in V end.
Fixpoint levels_check (N : net) (Vs : list level) (outs : list nat) : bool :=
  match N, Vs with
  | [], [] => true
  | L :: N', V :: Vs' => level_check L V (ins_of Vs' outs) && levels_check N' Vs' outs
  | _, _ => false
  end.

Lemma levels_check_sound : forall N Vs outs, levels_check N Vs outs = true ->
  stack_realises (fun x => In x (ins_of Vs outs)) N (map machine Vs) (fun y => In y outs).
Proof.
  induction N as [|L N IH]; intros [|V Vs] outs H; try discriminate; [apply sr_none|].
  apply andb_true_iff in H as [H1 H2].
  eapply sr_level; [apply level_check_sound; exact H1 | apply IH; exact H2].
Qed.

(** The covering map as a list of pairs (tuple, DFA state), closed under all letters. *)
Definition cover := list (list nat * positive).
Fixpoint leqb (u v : list nat) : bool :=
  match u, v with
  | [], [] => true
  | x :: u', y :: v' => Nat.eqb x y && leqb u' v'
  | _, _ => false
  end.
Fixpoint phi_find (T : cover) (S : list nat) : option positive :=
  match T with
  | [] => None
  | (U, q) :: T' => if leqb U S then Some q else phi_find T' S
  end.
Definition cover_check (C : list component) (e : nat) (D : dfa) (T : cover) : bool :=
  match phi_find T (cinit C) with Some q => Pos.eqb q (d_init D) | None => false end &&
  Nat.eqb e (d_label D (d_init D)) &&
  forallb (fun p => forallb (fun x =>
    let r := cstep C (fst p) x in
    match phi_find T (fst p), phi_find T (fst r) with
    | Some q, Some q' => Pos.eqb q' (d_step D q x) && Nat.eqb (snd r) (d_label D q')
    | _, _ => false
    end) (seq 0 (d_syms D))) T.

Lemma leqb_eq : forall u v, leqb u v = true -> u = v.
Proof.
  induction u as [|x u IH]; intros [|y v] H; cbn in H; try discriminate; [reflexivity|].
  apply andb_true_iff in H as [H1 H2]. apply Nat.eqb_eq in H1. f_equal; auto.
Qed.
Lemma phi_find_in : forall T S q, phi_find T S = Some q -> exists q', In (S, q') T.
Proof.
  induction T as [|[U q0] T IH]; intros S q H; cbn in H; [discriminate|].
  destruct (leqb U S) eqn:E; [apply leqb_eq in E; subst; exists q0; left; reflexivity|].
  destruct (IH _ _ H) as [q' Hq]. exists q'. right. exact Hq.
Qed.

Lemma cover_check_sound : forall C e D T, cover_check C e D T = true ->
  covers (fun x => (x < d_syms D)%nat) C e D (fun S => phi_find T S <> None)
         (fun S => match phi_find T S with Some q => q | None => 1%positive end).
Proof.
  intros C e D T H. unfold cover_check in H.
  apply andb_true_iff in H as [H Hs]. apply andb_true_iff in H as [H0 He].
  apply Nat.eqb_eq in He. unfold covers.
  destruct (phi_find T (cinit C)) as [q0|] eqn:F0; [|discriminate]. apply Pos.eqb_eq in H0.
  split; [discriminate|]. split; [exact H0|]. split; [exact He|].
  intros S x HS Hx. destruct (phi_find T S) as [q|] eqn:F; [|contradiction].
  destruct (phi_find_in _ _ _ F) as [q1 Hin].
  rewrite forallb_forall in Hs. specialize (Hs _ Hin). rewrite forallb_forall in Hs.
  assert (Hseq : In x (seq 0 (d_syms D))) by (apply in_seq; lia).
  specialize (Hs x Hseq). cbn in Hs. rewrite F in Hs.
  destruct (phi_find T (fst (cstep C S x))) as [q'|]; [|discriminate].
  apply andb_true_iff in Hs as [A B]. apply Pos.eqb_eq in A. apply Nat.eqb_eq in B.
  split; [discriminate|]. split; assumption.
Qed.

(** The whole check: shapes, levels, permutation-reset form, covering map. *)
Definition cascade_check (N : net) (e : nat) (Vs : list level) (outs : list nat)
           (D : dfa) (T : cover) : bool :=
  wf_net (d_syms D) N && levels_check N Vs outs && forallb perm_reset Vs &&
  forallb (fun x => nmem x (ins_of Vs outs)) (seq 0 (d_syms D)) &&
  cover_check (map machine Vs) e D T.

Theorem cascade_check_sound : forall N e Vs outs D T,
  cascade_check N e Vs outs D T = true ->
  forall w, Forall (fun x => (x < d_syms D)%nat) w -> lrnn_out N e w = dfa_out D w.
Proof.
  intros N e Vs outs D T H w Hw. unfold cascade_check in H.
  apply andb_true_iff in H as [H Hc]. apply andb_true_iff in H as [H Hi].
  apply andb_true_iff in H as [H _]. apply andb_true_iff in H as [_ Hl].
  rewrite forallb_forall in Hi.
  assert (Hw' : Forall (fun x => In x (ins_of Vs outs)) w).
  { eapply Forall_impl; [|exact Hw]. cbn. intros x Hx. apply nmem_in, Hi, in_seq. lia. }
  rewrite (stack_is_cascade _ _ _ _ (levels_check_sound _ _ _ Hl) e w Hw').
  exact (cascade_is_dfa _ _ _ _ _ _ (cover_check_sound _ _ _ _ Hc) w Hw).
Qed.

(* ---------------------------------------------------------------- *)
(** * 4. An instance: a flip-flop over a gated parity

    Letters: 0 resets the cell to 0 and the parity to even, 1 sets the cell,
    2 flips the parity when the cell is set.  Level 1 is a reset machine (A = 0 on
    letters 0 and 1), level 2 a permutation-reset machine with A in {0, 1, -1}. *)
Module Instance.
Local Open Scope Z_scope.
Definition cell : layer :=
  LY (RV [0] 1) [RM [[0]] 1; RM [[0]] 1; RM [[1]] 1] [RV [0] 1; RV [1] 1; RV [0] 1] []
     [AF [[0];[0];[0]] [1;0;0] 1; AF [[0];[0];[0]] [0;1;0] 1; AF [[0];[0];[2]] [0;1;0] 1].
Definition gated_parity : layer :=
  LY (RV [1] 1) [RM [[0]] 1; RM [[1]] 1; RM [[-1]] 1] [RV [1] 1; RV [0] 1; RV [0] 1] []
     [AF [[1];[-1]] [0;0] 1; AF [[1];[-1]] [0;0] 1; AF [[1];[-1]] [0;0] 1].
Definition stack : net := [cell; gated_parity].
Definition levels : list level :=
  [LV 0 [[0;1;0]; [0;1;1]] [[0;1;1]; [0;1;2]] [0;1;2] 1 [[0];[1]]%Z;
   LV 0 [[0;0;1]; [0;1;0]] [[0;0;1]; [0;1;0]] [0;1;2] 1 [[1];[-1]]%Z]%nat.
Definition automaton : dfa :=
  DFA 3 1 (mk_map [[1;2;1]; [1;2;3]; [1;3;2]]%positive) (mk_map [0;0;1]%nat).
Definition phi : cover :=
  [([0;0]%nat, 1%positive); ([1;0]%nat, 2%positive); ([1;1]%nat, 3%positive)].
Lemma checked : cascade_check stack 0 levels [0;1]%nat automaton phi = true.
Proof. vm_compute. reflexivity. Qed.
Theorem all_lengths : forall w, Forall (fun x => (x < 3)%nat) w ->
  lrnn_out stack 0 w = dfa_out automaton w.
Proof. exact (cascade_check_sound _ _ _ _ _ _ checked). Qed.
End Instance.
