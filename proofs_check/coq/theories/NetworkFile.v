(** NetworkFile.v -- a network as proofs_check/FORMAT.md section 2 writes it down:
    the same fields in the same order, integers over denominators, matrices and
    states row by row.  An exported instance repeats the canonical file in these
    records number by number, so that the two can be compared by eye.

    Only shapes are dealt with here ([well_formed]: list functions truncate
    silently, and without it a theorem could be about a network that nobody meant);
    what the numbers mean is said in ExactNetwork.v and RoundedNetwork.v. *)
From Coq Require Import ZArith List Bool.
Import ListNotations.

(** Integers over one denominator. *)
Record fractions := Fractions { f_den : positive; f_num : list Z }.

(** C = I - (b_num / b_den) v v^T / (v^T v). *)
Record factor := Factor { b_num : Z; b_den : positive; b_key : fractions }.

Inductive transition :=
| Product (factors : list factor)     (* gh: the first factor is applied first *)
| Diagonal (entries : fractions)
| Dense (entries : fractions).        (* row by row *)

(** What an input symbol does: H <- A H + B. *)
Record input_rule := Input { i_A : transition; i_add : option fractions }.

Record file_layer := Layer {
  y_rows : nat;                       (* the state is a y_rows x y_cols matrix *)
  y_cols : nat;
  y_reads : list nat;                 (* 0: the token, j + 1: what layer j emits *)
  y_start : fractions;
  y_inputs : list input_rule;
  y_outputs : nat;
  y_weights : fractions;              (* y_outputs x (y_rows y_cols) *)
  y_bias : fractions }.

Record network := Network { n_letters : nat; n_labels : nat; n_layers : list file_layer }.

(** The first [k] rows of length [n] of numbers given row by row. *)
Fixpoint rows_of {X} (k n : nat) (l : list X) : list (list X) :=
  match k with
  | O => []
  | S k' => firstn n l :: rows_of k' n (skipn n l)
  end.
(** A matrix as the list of its columns, which is how states are kept: A acts on
    every column alike. *)
Definition columns_of {X} (zero : X) (k n : nat) (l : list X) : list (list X) :=
  let rows := rows_of k n l in
  map (fun c => map (fun r => nth c r zero) rows) (seq 0 n).
(** ... and back: the entries row by row, as readouts take them. *)
Fixpoint entries_of {X} (zero : X) (k : nat) (columns : list (list X)) : list X :=
  match k with
  | O => []
  | S k' => map (hd zero) columns ++ entries_of zero k' (map (@tl X) columns)
  end.

(** Lists built in chunks, since Coq's parser overflows on long literals. *)
Definition chunks {X} (l : list (list X)) : list X := concat l.

(* ---------------------------------------------------------------- *)
(** * Shapes *)

Definition has_length {X} (n : nat) (l : list X) : bool := Nat.eqb (length l) n.

Definition factor_well_formed (n : nat) (f : factor) : bool :=
  has_length n (f_num (b_key f)) && existsb (fun z => negb (Z.eqb z 0)) (f_num (b_key f)).
Definition transition_well_formed (n : nat) (t : transition) : bool :=
  match t with
  | Product fs => forallb (factor_well_formed n) fs
  | Diagonal v => has_length n (f_num v)
  | Dense v => has_length (n * n) (f_num v)
  end.
Definition rule_well_formed (n d : nat) (r : input_rule) : bool :=
  transition_well_formed n (i_A r) &&
  match i_add r with Some b => has_length (n * d) (f_num b) | None => true end.

(** [sizes]: how many symbols the token and each earlier layer can be. *)
Definition layer_well_formed (sizes : list nat) (l : file_layer) : bool :=
  let n := y_rows l in let d := y_cols l in let o := y_outputs l in
  negb (Nat.eqb n 0) && negb (Nat.eqb d 0) && negb (Nat.eqb o 0) &&
  negb (has_length 0 (y_reads l)) &&
  forallb (fun s => Nat.ltb s (length sizes)) (y_reads l) &&
  has_length (n * d) (f_num (y_start l)) &&
  has_length (fold_left (fun x s => x * nth s sizes 0) (y_reads l) 1) (y_inputs l) &&
  forallb (rule_well_formed n d) (y_inputs l) &&
  has_length (o * (n * d)) (f_num (y_weights l)) && has_length o (f_num (y_bias l)).
Fixpoint layers_well_formed (labels : nat) (sizes : list nat) (N : list file_layer) : bool :=
  match N with
  | [] => false
  | [l] => layer_well_formed sizes l && Nat.eqb (y_outputs l) labels
  | l :: N' => layer_well_formed sizes l && layers_well_formed labels (sizes ++ [y_outputs l]) N'
  end.
Definition well_formed (M : network) : bool :=
  layers_well_formed (n_labels M) [n_letters M] (n_layers M).
