(** ParityLanguage.v -- from a checked table to a statement about a language: the compiled
    network for parity outputs (number of ones) mod 2 on every binary word.

    The instance is what `statewright export` writes for `statewright compile parity`: one
    layer with a state of one number, which the letter 1 multiplies by -1.  Composing the
    all-lengths theorem with an induction over the automaton removes the automaton's table
    from what has to be believed: only the definition of the network remains.
    Source: Grazzi et al., ICLR 2025, section 4.1 (parity needs a negative eigenvalue). *)
From Coq Require Import ZArith List Arith Lia.
From Statewright Require Import LrnnCert LayerStack NetworkFile ExactNetwork.
Import ListNotations.
Local Open Scope Z_scope.

Definition parity_network : network := Network 2 2
  [Layer 1 1 [0]%nat (Fractions 1 [1])
     [Input (Diagonal (Fractions 1 [1])) None; Input (Diagonal (Fractions 1 [-1])) None]
     2 (Fractions 1 [1; -1]) (Fractions 1 [0; 0])].
Definition parity_automaton : dfa := DFA 2 1
  (mk_map (rows_of 2 2 [1; 2; 2; 1]%positive)) (mk_map [0; 1]%nat).

Theorem parity_every_word : forall w, Forall (fun x => (x < 2)%nat) w ->
  exact_output parity_network w = dfa_out parity_automaton w.
Proof.
  refine (exact_check_sound parity_network [1%positive] parity_automaton
            (table_rows 2 2 [1; 1; 2; 2; 2; 1]%positive) _).
  vm_compute. reflexivity.
Qed.

Local Open Scope nat_scope.

Lemma step_mod2 q x : (q = 1 \/ q = 2)%positive -> x < 2 ->
  let q' := d_step parity_automaton q x in
  (q' = 1 \/ q' = 2)%positive /\
  d_label parity_automaton q' = (d_label parity_automaton q + x) mod 2.
Proof. intros [->| ->] H; destruct x as [|[|x]]; try lia; cbn; auto. Qed.

Lemma run_mod2 w : Forall (fun x => x < 2) w -> forall q, (q = 1 \/ q = 2)%positive ->
  d_label parity_automaton (fold_left (d_step parity_automaton) w q) =
  (d_label parity_automaton q + list_sum w) mod 2.
Proof.
  induction w as [|x w IH]; intros Hw q Hq; cbn [fold_left list_sum fold_right].
  - destruct Hq as [->| ->]; reflexivity.
  - inversion Hw as [|? ? Hx Hw']; subst.
    destruct (step_mod2 q x Hq Hx) as [Hq' L]. rewrite (IH Hw' _ Hq'), L.
    rewrite Nat.add_mod_idemp_l by lia. f_equal. unfold list_sum. lia.
Qed.

Theorem network_decides_parity w : Forall (fun x => x < 2) w ->
  exact_output parity_network w = list_sum w mod 2.
Proof.
  intro Hw. rewrite (parity_every_word w Hw). unfold dfa_out.
  exact (run_mod2 w Hw 1%positive (or_introl eq_refl)).
Qed.
