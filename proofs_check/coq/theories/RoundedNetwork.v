(** RoundedNetwork.v -- networks with every operation rounded (FORMAT.md, section 7),
    and the check that a table proves what they compute for words of every length.

    Statement ([rounded_check_sound]): if [rounded_check F M D rows] computes to [true],
    then the file M has a stored network (every parameter is a value of its format) and,
    for EVERY word, that network outputs what the automaton D does.

    A state is a vector of bit patterns ([spec_float] of Coq's standard library: binary
    floats as a specification, any precision and range), and a step re-executes each
    rounded operation in the order of FORMAT.md 7.4.  Equality is Leibniz equality of
    patterns, +0 and -0 differ, so that the argument needs no lemma about arithmetic.

    Formats: IEEE 754 style (subnormals, signed zeros, infinities, one NaN), round to
    nearest, ties to even: bf16, fp16, fp32, fp64, tf32, e5m2 and their like.  Parameters,
    states, operations and readout may each have their own. *)
From Coq Require Import ZArith QArith List Bool Lia FMapPositive Floats.SpecFloat.
From Statewright Require Import LrnnCert LayerStack NetworkFile.
Import ListNotations.

(* ---------------------------------------------------------------- *)
(** * 1. Operations *)

(** [prec]: bits of the significand, the hidden one included; magnitudes are below
    2^[emax].  bf16 is 8 and 128. *)
Record format := Format { prec : Z; emax : Z }.
Record formats := Formats {
  t_io : format; t_state : format; t_accumulate : format;
  t_readout : option format           (* None: the readout is exact *) }.

Definition value := spec_float.
Definition zero : value := S754_zero false.

(** Rounding a value of another format. *)
Definition round_to (F : format) (x : value) : value :=
  match x with
  | S754_finite s m e => binary_round (prec F) (emax F) s m e
  | _ => x
  end.
(** The operands of [SFmul] and [SFadd] are meant to be of the format itself; here
    they may be of any. *)
Definition times (F : format) (x y : value) : value :=
  match x, y with
  | S754_finite s m e, S754_finite t n f => binary_round (prec F) (emax F) (xorb s t) (m * n) (e + f)
  | _, _ => SFmul (prec F) (emax F) x y
  end.
Definition plus (F : format) (x y : value) : value :=
  match x, y with
  | S754_finite _ _ _, S754_finite _ _ _ => SFadd (prec F) (emax F) x y
  | _, _ => round_to F (SFadd (prec F) (emax F) x y)
  end.
Definition minus (F : format) (x y : value) : value := plus F x (SFopp y).

Definition is_zero (x : value) : bool := match x with S754_zero _ => true | _ => false end.
Definition is_nan (x : value) : bool := match x with S754_nan => true | _ => false end.

(** Left to right, the first product not added to anything. *)
Fixpoint sum_from (F : format) (s : value) (u v : list value) : value :=
  match u, v with
  | x :: u', y :: v' => sum_from F (plus F s (times F x y)) u' v'
  | _, _ => s
  end.
Definition sum_of (F : format) (u v : list value) : value :=
  match u, v with
  | x :: u', y :: v' => sum_from F (times F x y) u' v'
  | _, _ => zero
  end.

(* ---------------------------------------------------------------- *)
(** * 2. Stored networks *)

Inductive stored_transition :=
| RProduct (factors : list (value * list value))      (* scale, key *)
| RDiagonal (entries : list value)
| RDense (rows : list (list value)).
Record stored_rule := RR { r_A : stored_transition; r_B : option (list (list value)) }.
Inductive stored_readout :=
| Rounded_readout (F : format) (W : list (list value)) (c : list value)
| Exact_readout (f : aff).
Record stored_layer := RL {
  r_rows : nat; r_reads : list nat; r_start : list (list value); r_rules : list stored_rule;
  r_width : nat; r_readout : stored_readout; r_formats : formats }.

(** [n / d] as a value, if it is one: d / gcd must be a power of two 2^k. *)
Definition stored (F : format) (n : Z) (d : positive) : option value :=
  if Z.eqb n 0 then Some zero else
  let g := Z.gcd n (Zpos d) in
  let n' := Z.div n g in let d' := Z.div (Zpos d) g in let k := Z.log2 d' in
  if negb (Z.eqb d' (Z.pow 2 k)) then None else
  let x := binary_normalize (prec F) (emax F) n' (- k) false in
  match x with
  | S754_finite s m e =>
      (* (-1)^s m 2^e = n' 2^-k, over the common exponent *)
      let m' := if s then Zneg m else Zpos m in
      let low := Z.min e (- k) in
      if Z.eqb (m' * Z.pow 2 (e - low)) (n' * Z.pow 2 (- k - low)) then Some x else None
  | _ => None
  end%Z.

Fixpoint all_some {X} (l : list (option X)) : option (list X) :=
  match l with
  | [] => Some []
  | None :: _ => None
  | Some x :: l' => match all_some l' with Some r => Some (x :: r) | None => None end
  end.
Definition stored_list (F : format) (v : fractions) : option (list value) :=
  all_some (map (fun n => stored F n (f_den v)) (f_num v)).
Definition with_some {X Y} (x : option X) (f : X -> Y) : option Y :=
  match x with Some y => Some (f y) | None => None end.

(** The scale (p/q) / (v^T v) with v = integers / d: p d^2 / (q sum). *)
Definition stored_factor (T : formats) (f : factor) : option (value * list value) :=
  let v := f_num (b_key f) in
  match stored (t_io T) (b_num f * (Zpos (f_den (b_key f)) * Zpos (f_den (b_key f))))
               (b_den f * Z.to_pos (zdot v v)), stored_list (t_io T) (b_key f) with
  | Some scale, Some k => Some (scale, k)
  | _, _ => None
  end.
Definition stored_transition_of (T : formats) (n : nat) (t : transition)
  : option stored_transition :=
  match t with
  | Product fs => with_some (all_some (map (stored_factor T) fs)) RProduct
  | Diagonal v => with_some (stored_list (t_io T) v) RDiagonal
  | Dense v => with_some (stored_list (t_io T) v) (fun l => RDense (rows_of n n l))
  end.
Definition stored_rule_of (T : formats) (n d : nat) (r : input_rule) : option stored_rule :=
  match stored_transition_of T n (i_A r),
        match i_add r with
        | None => Some None
        | Some b => with_some (stored_list (t_io T) b) (fun l => Some (columns_of zero n d l))
        end with
  | Some A, Some B => Some (RR A B)
  | _, _ => None
  end.
Definition stored_readout_of (T : formats) (l : file_layer) : option stored_readout :=
  let size := (y_rows l * y_cols l)%nat in
  match t_readout T with
  | Some F =>
      match stored_list F (y_weights l), stored_list F (y_bias l) with
      | Some W, Some c => Some (Rounded_readout F (rows_of (y_outputs l) size W) c)
      | _, _ => None
      end
  | None =>
      let w := f_den (y_weights l) in let c := f_den (y_bias l) in
      Some (Exact_readout
        (AF (map (map (Z.mul (Zpos c))) (rows_of (y_outputs l) size (f_num (y_weights l))))
            (map (Z.mul (Zpos w)) (f_num (y_bias l))) (w * c)))
  end.
Definition stored_layer_of (T : formats) (l : file_layer) : option stored_layer :=
  match stored_list (t_state T) (y_start l),
        all_some (map (stored_rule_of T (y_rows l) (y_cols l)) (y_inputs l)),
        stored_readout_of T l with
  | Some h, Some rules, Some readout =>
      Some (RL (y_rows l) (y_reads l) (columns_of zero (y_rows l) (y_cols l) h) rules
               (y_outputs l) readout T)
  | _, _, _ => None
  end.
(** The stored network of a file; nothing is rounded when it is read. *)
Definition stored_layers (T : formats) (M : network) : option (list stored_layer) :=
  all_some (map (stored_layer_of T) (n_layers M)).

(* ---------------------------------------------------------------- *)
(** * 3. What the network computes *)

(** One factor on one column; entries of the key that are 0 take no part. *)
Definition factor_step (T : formats) (f : value * list value) (h : list value) : list value :=
  let A := t_accumulate T in
  let used := filter (fun p => negb (is_zero (fst p))) (combine (snd f) h) in
  let s := sum_of A (map fst used) (map snd used) in
  let w := times A (fst f) s in
  map (fun p => if is_zero (fst p) then snd p
                else round_to (t_state T) (minus A (snd p) (times A (fst p) w)))
      (combine (snd f) h).
Definition add_step (T : formats) (h b : list value) : list value :=
  map (fun p => round_to (t_state T) (plus (t_accumulate T) (fst p) (snd p))) (combine h b).
Definition column_step (T : formats) (A : stored_transition) (h : list value)
           (b : option (list value)) : list value :=
  match A with
  | RProduct fs =>
      let h' := fold_left (fun h f => factor_step T f h) fs h in
      match b with Some b => add_step T h' b | None => h' end
  | RDiagonal a =>
      let h' := map (fun p => round_to (t_state T) (times (t_accumulate T) (fst p) (snd p)))
                    (combine a h) in
      match b with Some b => add_step T h' b | None => h' end
  | RDense rows =>
      match b with
      | None => map (fun r => round_to (t_state T) (sum_of (t_accumulate T) r h)) rows
      | Some b => map (fun p => round_to (t_state T)
                         (plus (t_accumulate T) (sum_of (t_accumulate T) (fst p) h) (snd p)))
                      (combine rows b)
      end
  end.
Definition r_rule_of (l : stored_layer) (x : nat) : stored_rule :=
  nth x (r_rules l) (RR (RDense []) None).
Definition r_step (l : stored_layer) (x : nat) (H : list (list value)) : list (list value) :=
  let r := r_rule_of l x in
  match r_B r with
  | None => map (fun h => column_step (r_formats l) (r_A r) h None) H
  | Some B => map (fun p => column_step (r_formats l) (r_A r) (fst p) (Some (snd p))) (combine H B)
  end.

(** Whether [x] exceeds [y]: NaN exceeds nothing, every number exceeds NaN. *)
Definition exceeds (x y : value) : bool :=
  if is_nan y then negb (is_nan x) else SFltb y x.
Fixpoint first_best_from (i best : nat) (y : value) (v : list value) : nat :=
  match v with
  | [] => best
  | x :: v' => if exceeds x y then first_best_from (S i) i x v'
               else first_best_from (S i) best y v'
  end.
Definition first_best (v : list value) : nat :=
  match v with [] => 0%nat | x :: v' => first_best_from 1 0 x v' end.

(** The number that a value means; None for NaN and infinities. *)
Definition number_of (x : value) : option Q :=
  match x with
  | S754_zero _ => Some 0%Q
  | S754_finite s m e =>
      let z := if s then Zneg m else Zpos m in
      match e with
      | Zneg p => Some (z # Pos.pow 2 p)
      | _ => Some (inject_Z (z * Z.pow 2 e))
      end
  | _ => None
  end.
Definition r_emit (l : stored_layer) (H : list (list value)) : nat :=
  let h := entries_of zero (r_rows l) H in
  match r_readout l with
  | Rounded_readout F W c =>
      first_best (map (fun p => plus F (sum_of F (fst p) h) (snd p)) (combine W c))
  | Exact_readout f =>
      match all_some (map number_of h) with
      | Some q => qargmax (qaff f q)
      | None => 0%nat
      end
  end.

Definition rounded_output (N : list stored_layer) (letters : nat) (w : list nat) : nat :=
  stack_output r_reads r_width r_start r_step r_emit N letters w.

(* ---------------------------------------------------------------- *)
(** * 4. The check and its soundness *)

Definition same_value (x y : value) : bool :=
  match x, y with
  | S754_zero s, S754_zero t => Bool.eqb s t
  | S754_infinity s, S754_infinity t => Bool.eqb s t
  | S754_nan, S754_nan => true
  | S754_finite s m e, S754_finite t n f => Bool.eqb s t && Pos.eqb m n && Z.eqb e f
  | _, _ => false
  end.
Lemma same_value_eq x y : same_value x y = true -> x = y.
Proof.
  destruct x, y; cbn; try discriminate; intro E; auto;
    repeat (apply andb_true_iff in E as [E ?]);
    repeat match goal with
    | E : Bool.eqb _ _ = true |- _ => apply Bool.eqb_prop in E
    | E : Pos.eqb _ _ = true |- _ => apply Pos.eqb_eq in E
    | E : Z.eqb _ _ = true |- _ => apply Z.eqb_eq in E
    end; congruence.
Qed.
Fixpoint same_list {X} (same : X -> X -> bool) (u v : list X) : bool :=
  match u, v with
  | [], [] => true
  | x :: u', y :: v' => same x y && same_list same u' v'
  | _, _ => false
  end.
Lemma same_list_eq {X} (same : X -> X -> bool) :
  (forall x y, same x y = true -> x = y) -> forall u v, same_list same u v = true -> u = v.
Proof.
  intros S. induction u as [|x u IH]; intros [|y v] E; cbn in E; try discriminate; auto.
  apply andb_true_iff in E as [E1 E2]. f_equal; auto.
Qed.
Definition same_state : list (list value) -> list (list value) -> bool :=
  same_list (same_list same_value).
Lemma same_state_eq H K : same_state H K = true -> H = K.
Proof. apply same_list_eq. apply same_list_eq. exact same_value_eq. Qed.

Definition b_rep (_ : unit) (c v : list (list value)) : Prop := c = v.
Definition b_start (_ : unit) (l : stored_layer) c := same_state (r_start l) c.
Definition b_step (_ : unit) (l : stored_layer) x c c' := same_state (r_step l x c) c'.
Definition b_emit (_ : unit) (l : stored_layer) c := r_emit l c.
Lemma b_start_rep h l c : b_start h l c = true -> b_rep h c (r_start l).
Proof. intro E. symmetry. apply same_state_eq. exact E. Qed.
Lemma b_step_rep h l x c c' v : b_rep h c v -> b_step h l x c c' = true ->
  b_rep h c' (r_step l x v).
Proof. intros R E. rewrite <- R. symmetry. apply same_state_eq. exact E. Qed.
Definition b_fits (_ : unit) (_ : stored_layer) : Prop := True.
Lemma b_emit_rep h l c v : b_fits h l -> b_rep h c v -> b_emit h l c = r_emit l v.
Proof. intros _ R. rewrite <- R. reflexivity. Qed.

Definition rounded_row := stack_row (list (list value)).
Definition hints (N : list stored_layer) : list unit := map (fun _ => tt) N.
Lemma hints_fit N : Forall2 b_fits (hints N) N.
Proof. induction N; cbn; constructor; [exact I|assumption]. Qed.

(** A certificate's rows as they stand. *)
Definition rounded_check_table (T : formats) (M : network) (D : dfa) (rows : PM.t rounded_row)
  : bool :=
  match stored_layers T M with
  | None => false
  | Some N =>
      well_formed M && Nat.eqb (d_syms D) (n_letters M) &&
      stack_check r_reads r_width b_start b_step b_emit N (hints N) D rows
  end.
(** States computed here: what an exported instance uses. *)
Definition rounded_check (T : formats) (M : network) (D : dfa)
           (rows : list (positive * list positive)) : bool :=
  match stored_layers T M with
  | None => false
  | Some N =>
      well_formed M && Nat.eqb (d_syms D) (n_letters M) &&
      stack_check r_reads r_width b_start b_step b_emit N (hints N) D
        (computed_table r_reads r_width b_emit (fun _ l => r_start l)
           (fun _ l x c => r_step l x c) N (hints N) (n_letters M) rows)
  end.

(** The file has a stored network, and that does on every word what the automaton does. *)
Definition rounded_agrees (T : formats) (M : network) (D : dfa) : Prop :=
  exists N, stored_layers T M = Some N /\
  forall w, Forall (fun x => (x < n_letters M)%nat) w ->
  rounded_output N (n_letters M) w = dfa_out D w.

Theorem rounded_check_table_sound : forall T M D rows,
  rounded_check_table T M D rows = true -> rounded_agrees T M D.
Proof.
  intros T M D rows E. unfold rounded_check_table in E. unfold rounded_agrees.
  destruct (stored_layers T M) as [N|]; [|discriminate].
  exists N. split; [reflexivity|].
  apply andb_true_iff in E as [E E3]. apply andb_true_iff in E as [_ E2].
  apply Nat.eqb_eq in E2. unfold rounded_output. rewrite <- E2.
  exact (stack_check_sound _ _ _ _ _ _ _ _ _ b_start_rep b_step_rep b_emit_rep _ _ (hints_fit N) E3).
Qed.

Theorem rounded_check_sound : forall T M D rows,
  rounded_check T M D rows = true -> rounded_agrees T M D.
Proof.
  intros T M D rows E. unfold rounded_check in E.
  destruct (stored_layers T M) as [N|] eqn:F; [|discriminate].
  eapply rounded_check_table_sound. unfold rounded_check_table. rewrite F. exact E.
Qed.

(* ---------------------------------------------------------------- *)
(** * 5. Codes (FORMAT.md 7.1), for certificates that list states *)

Definition value_of_code (F : format) (code : Z) : option value :=
  let m := (prec F - 1)%Z in
  let bias := (emax F - 1)%Z in
  let top := (2 * emax F - 1)%Z in                  (* exponent field of all ones *)
  let field := Z.modulo (Z.shiftr code m) (2 * emax F) in
  let fraction := Z.modulo code (Z.pow 2 m) in
  let sign := Z.odd (Z.shiftr code (m + Z.log2 (emax F) + 1)) in
  if Z.ltb code 0 || Z.leb (Z.pow 2 (m + Z.log2 (emax F) + 2)) code then None else
  if Z.eqb field top then
    if Z.eqb fraction 0 then Some (S754_infinity sign)
    else if negb sign && Z.eqb fraction (Z.pow 2 (m - 1)) then Some S754_nan else None
  else if Z.eqb field 0 then
    match fraction with
    | Zpos p => Some (S754_finite sign p (1 - bias - m)%Z)
    | _ => Some (S754_zero sign)
    end
  else Some (S754_finite sign (Z.to_pos (fraction + Z.pow 2 m)) (field - bias - m)%Z).
