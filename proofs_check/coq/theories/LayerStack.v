(** LayerStack.v -- a stack of recurrent layers over any state space, and the one
    argument by which a finite table proves something about words of every length.

    Statement ([stack_check_sound]): if the start of the network is row 1 of a
    table, if every row's output is the automaton's, and if every letter leads from
    every row to the row that the table names, in network and automaton alike, then
    network and automaton agree on EVERY word.  (A bisimulation up to reachable
    states; R. Milner, Communication and Concurrency, 1989, chapter 4.)

    What a state is, how a layer steps and what it emits are variables here:
    ExactNetwork.v fills in rational vectors, RoundedNetwork.v bit patterns.  The
    table holds codes of states; [rep] says which state a code denotes.

    Wiring: proofs_check/FORMAT.md, section 2.  At every step layer i reads a tuple
    of the token (source 0) and of symbols that earlier layers emit at this step
    (source j + 1 for layer j), first source most significant. *)
From Coq Require Import ZArith List Bool Lia FMapPositive.
From Statewright Require Import LrnnCert.
Import ListNotations.
Set Implicit Arguments.

Section Stack.

(* ---------------------------------------------------------------- *)
(** * 1. What a stack computes *)

Variables L V : Type.
Variable reads : L -> list nat.
Variable width : L -> nat.            (* number of symbols that a layer can emit *)
Variable start : L -> V.
Variable step : L -> nat -> V -> V.
Variable emit : L -> V -> nat.

(** The index of a tuple in mixed radix. *)
Definition tuple_index (sizes symbols : list nat) (sources : list nat) : nat :=
  fold_left (fun x s => x * nth s sizes 0 + nth s symbols 0) sources 0.

Fixpoint stack_step (N : list L) (sizes symbols : list nat) (S : list V) : list V :=
  match N, S with
  | l :: N', v :: S' =>
      let v' := step l (tuple_index sizes symbols (reads l)) v in
      v' :: stack_step N' (sizes ++ [width l]) (symbols ++ [emit l v']) S'
  | _, _ => []
  end.

(** What the last layer emits. *)
Fixpoint stack_emit (N : list L) (S : list V) : nat :=
  match N, S with
  | [l], [v] => emit l v
  | _ :: N', _ :: S' => stack_emit N' S'
  | _, _ => 0
  end.

Definition stack_run (N : list L) (letters : nat) (S : list V) (w : list nat) : list V :=
  fold_left (fun S x => stack_step N [letters] [x] S) w S.

(** The output on a word; for the empty word the readout of the start. *)
Definition stack_output (N : list L) (letters : nat) (w : list nat) : nat :=
  stack_emit N (stack_run N letters (map start N) w).

(* ---------------------------------------------------------------- *)
(** * 2. Codes of states, and the check of a table *)

Variables C H : Type.                 (* codes; a hint per layer, such as a denominator *)
Variable fits : H -> L -> Prop.       (* what a hint must be for its layer's readout *)
Variable rep : H -> C -> V -> Prop.
Variable code_start : H -> L -> C -> bool.
Variable code_step : H -> L -> nat -> C -> C -> bool.
Variable code_emit : H -> L -> C -> nat.
Hypothesis code_start_rep : forall h l c, code_start h l c = true -> rep h c (start l).
Hypothesis code_step_rep : forall h l x c c' v,
  rep h c v -> code_step h l x c c' = true -> rep h c' (step l x v).
Hypothesis code_emit_rep : forall h l c v, fits h l -> rep h c v -> code_emit h l c = emit l v.

Fixpoint codes_start (N : list L) (hs : list H) (cs : list C) : bool :=
  match N, hs, cs with
  | l :: N', h :: hs', c :: cs' => code_start h l c && codes_start N' hs' cs'
  | [], [], [] => true
  | _, _, _ => false
  end.

(** The last layer's symbol is nobody's input, and readouts are dear: it is left out. *)
Definition code_symbols (rest : list L) (symbols : list nat) (h : H) (l : L) (c : C) :=
  match rest with [] => symbols | _ => symbols ++ [code_emit h l c] end.

Fixpoint codes_step (N : list L) (hs : list H) (sizes symbols : list nat)
         (cs cs' : list C) : bool :=
  match N, hs, cs, cs' with
  | l :: N', h :: hs', c :: T, c' :: T' =>
      code_step h l (tuple_index sizes symbols (reads l)) c c' &&
      codes_step N' hs' (sizes ++ [width l]) (code_symbols N' symbols h l c') T T'
  | [], [], [], [] => true
  | _, _, _, _ => false
  end.

Fixpoint codes_emit (N : list L) (hs : list H) (cs : list C) : nat :=
  match N, hs, cs with
  | [l], h :: _, [c] => code_emit h l c
  | _ :: N', _ :: hs', _ :: cs' => codes_emit N' hs' cs'
  | _, _, _ => 0
  end.

(** A row: codes of all layers' states, the automaton's state, a row for every letter. *)
Record stack_row := Row { w_codes : list C; w_state : positive; w_next : list positive }.

Fixpoint next_ok (N : list L) (hs : list H) (D : dfa) (T : PM.t stack_row)
         (r : stack_row) (x : nat) (next : list positive) : bool :=
  match next with
  | [] => true
  | j :: next' =>
      match PM.find j T with
      | None => false
      | Some r' =>
          Pos.eqb (d_step D (w_state r) x) (w_state r') &&
          codes_step N hs [d_syms D] [x] (w_codes r) (w_codes r') &&
          next_ok N hs D T r (S x) next'
      end
  end.
Definition stack_row_ok N hs D T (r : stack_row) : bool :=
  Nat.eqb (length (w_next r)) (d_syms D) &&
  Nat.eqb (codes_emit N hs (w_codes r)) (d_label D (w_state r)) &&
  next_ok N hs D T r 0 (w_next r).

(** Row 1 is the start; rows need be neither reachable nor distinct. *)
Definition stack_check (N : list L) (hs : list H) (D : dfa) (T : PM.t stack_row) : bool :=
  match PM.find 1%positive T with
  | None => false
  | Some r =>
      codes_start N hs (w_codes r) && Pos.eqb (w_state r) (d_init D) &&
      forallb (fun p => stack_row_ok N hs D T (snd p)) (PM.elements T)
  end.

(* ---------------------------------------------------------------- *)
(** * 3. Soundness *)

Inductive reps : list H -> list C -> list V -> Prop :=
| reps_nil : reps [] [] []
| reps_cons : forall h hs c cs v S, rep h c v -> reps hs cs S ->
              reps (h :: hs) (c :: cs) (v :: S).

Lemma codes_start_rep : forall N hs cs, codes_start N hs cs = true -> reps hs cs (map start N).
Proof.
  induction N as [|l N IH]; intros [|h hs] [|c cs] E; cbn in *; try discriminate; constructor.
  - apply andb_true_iff in E as [E _]. apply code_start_rep. exact E.
  - apply IH. apply andb_true_iff in E as [_ E]. exact E.
Qed.

Lemma codes_step_rep : forall N hs sizes symbols cs cs' S, Forall2 fits hs N ->
  reps hs cs S -> codes_step N hs sizes symbols cs cs' = true ->
  reps hs cs' (stack_step N sizes symbols S).
Proof.
  induction N as [|l N IH]; intros hs sizes symbols cs cs' S Fit R E; cbn in E.
  - destruct hs, cs, cs'; try discriminate. inversion R; subst. constructor.
  - destruct hs as [|h hs], cs as [|c cs], cs' as [|c' cs']; try discriminate.
    inversion R as [|? ? ? ? v S' Rv RS]; subst. inversion Fit; subst.
    apply andb_true_iff in E as [E1 E2].
    pose proof (code_step_rep Rv E1) as Rv'.
    cbn. constructor; [exact Rv'|].
    destruct N as [|l' N].
    + cbn in E2. destruct hs, cs, cs'; try discriminate. inversion RS; subst. constructor.
    + apply IH with (hs := hs) (cs := cs); [assumption|exact RS|].
      unfold code_symbols in E2. rewrite (code_emit_rep (l := l) ltac:(eassumption) Rv') in E2. exact E2.
Qed.

Lemma codes_emit_rep : forall N hs cs S, Forall2 fits hs N -> reps hs cs S ->
  codes_emit N hs cs = stack_emit N S.
Proof.
  induction N as [|l N IH]; intros hs cs S Fit R; cbn in *.
  - reflexivity.
  - inversion Fit as [|h ? hs' ? Fh Fs]; subst. inversion R as [|? ? c cs' v S' Rv RS]; subst.
    destruct N as [|l' N].
    + inversion Fs; subst. inversion RS; subst. apply code_emit_rep; assumption.
    + apply IH; assumption.
Qed.

Lemma next_ok_nth : forall N hs D T r next x0, next_ok N hs D T r x0 next = true ->
  forall i, (i < length next)%nat -> exists r',
    PM.find (nth i next 1%positive) T = Some r' /\
    d_step D (w_state r) (x0 + i) = w_state r' /\
    codes_step N hs [d_syms D] [x0 + i] (w_codes r) (w_codes r') = true.
Proof.
  induction next as [|j next IH]; intros x0 E i Hi; cbn in *; [lia|].
  destruct (PM.find j T) as [r'|] eqn:F; [|discriminate].
  apply andb_true_iff in E as [E E3]. apply andb_true_iff in E as [E1 E2].
  destruct i as [|i].
  - exists r'. rewrite Nat.add_0_r. repeat split; try assumption. apply Pos.eqb_eq. exact E1.
  - assert (Hi' : i < length next) by lia.
    destruct (IH _ E3 i Hi') as (r2 & A & B & K).
    exists r2. replace (x0 + S i)%nat with (S x0 + i)%nat by lia. auto.
Qed.

Theorem stack_check_sound : forall N hs D T, Forall2 fits hs N -> stack_check N hs D T = true ->
  forall w, Forall (fun x => (x < d_syms D)%nat) w ->
  stack_output N (d_syms D) w = dfa_out D w.
Proof.
  intros N hs D T Fit E. unfold stack_check in E.
  destruct (PM.find 1%positive T) as [r0|] eqn:F0; [|discriminate].
  apply andb_true_iff in E as [E Hall]. apply andb_true_iff in E as [E0 Eq].
  apply Pos.eqb_eq in Eq.
  assert (Hrow : forall i r, PM.find i T = Some r -> stack_row_ok N hs D T r = true).
  { intros i r F. rewrite forallb_forall in Hall. apply (Hall (i, r)).
    apply PM.elements_correct. exact F. }
  assert (G : forall w, Forall (fun x => (x < d_syms D)%nat) w ->
     forall i r S, PM.find i T = Some r -> reps hs (w_codes r) S ->
       stack_emit N (stack_run N (d_syms D) S w) =
       d_label D (fold_left (d_step D) w (w_state r))).
  { induction w as [|x w IH]; intros Hw i r S Fi R;
      generalize (Hrow _ _ Fi); unfold stack_row_ok; intro K;
      apply andb_true_iff in K as [K K3]; apply andb_true_iff in K as [K1 K2];
      apply Nat.eqb_eq in K1; apply Nat.eqb_eq in K2.
    - cbn. rewrite <- K2. symmetry. apply codes_emit_rep; assumption.
    - inversion Hw as [|? ? Hx Hw']; subst.
      assert (Hl : x < length (w_next r)) by (rewrite K1; exact Hx).
      destruct (@next_ok_nth _ _ _ _ _ _ _ K3 x Hl) as (r' & A & B & M).
      cbn in B, M. cbn. rewrite B.
      eapply IH; eauto. eapply codes_step_rep; eauto. }
  intros w Hw. unfold stack_output, dfa_out. rewrite <- Eq.
  eapply G; eauto. apply codes_start_rep. exact E0.
Qed.

(* ---------------------------------------------------------------- *)
(** * 4. States computed, not written

    Parsing numbers is what costs in Coq, so instances name successors only and the
    states are filled in here.  Nothing is proved about this, and nothing has to be:
    [stack_check] checks the result.  Rows come in the order of a breadth-first
    search, so that a row's codes are known before its successors are needed. *)

Variable compute_start : H -> L -> C.
Variable compute_step : H -> L -> nat -> C -> C.

Fixpoint compute_starts (N : list L) (hs : list H) : list C :=
  match N, hs with
  | l :: N', h :: hs' => compute_start h l :: compute_starts N' hs'
  | _, _ => []
  end.
Fixpoint compute_steps (N : list L) (hs : list H) (sizes symbols : list nat) (cs : list C)
  : list C :=
  match N, hs, cs with
  | l :: N', h :: hs', c :: cs' =>
      let c' := compute_step h l (tuple_index sizes symbols (reads l)) c in
      c' :: compute_steps N' hs' (sizes ++ [width l]) (code_symbols N' symbols h l c') cs'
  | _, _, _ => []
  end.
Fixpoint put_next N hs letters (cs : list C) (x : nat) (next : list positive)
         (M : PM.t (list C)) : PM.t (list C) :=
  match next with
  | [] => M
  | j :: next' =>
      put_next N hs letters cs (S x) next'
        (match PM.find j M with
         | Some _ => M
         | None => PM.add j (compute_steps N hs [letters] [x] cs) M
         end)
  end.
Fixpoint compute_codes N hs letters (i : positive) (rows : list (positive * list positive))
         (M : PM.t (list C)) : PM.t (list C) :=
  match rows with
  | [] => M
  | (_, next) :: rows' =>
      compute_codes N hs letters (Pos.succ i) rows'
        (match PM.find i M with Some cs => put_next N hs letters cs 0 next M | None => M end)
  end.
Fixpoint table_from (i : positive) (rows : list (positive * list positive)) (M : PM.t (list C))
         (T : PM.t stack_row) : PM.t stack_row :=
  match rows with
  | [] => T
  | (q, next) :: rows' =>
      table_from (Pos.succ i) rows' M
        (PM.add i (Row (match PM.find i M with Some cs => cs | None => [] end) q next) T)
  end.
(** The table of rows (automaton's state, row for every letter), states filled in. *)
Definition computed_table (N : list L) (hs : list H) (letters : nat)
           (rows : list (positive * list positive)) : PM.t stack_row :=
  table_from 1 rows
    (compute_codes N hs letters 1 rows
       (PM.add 1%positive (compute_starts N hs) (PM.empty _)))
    (PM.empty _).

End Stack.

(** The rows of [computed_table] from one list of numbers: of each row the automaton's
    state, then a row for every letter. *)
Definition table_rows (rows letters : nat) (l : list positive)
  : list (positive * list positive) :=
  (fix go k l :=
     match k with
     | O => []
     | S k' => (hd 1%positive l, firstn letters (tl l)) :: go k' (skipn letters (tl l))
     end) rows l.
