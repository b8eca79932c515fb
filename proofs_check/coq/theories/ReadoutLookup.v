(** ReadoutLookup.v -- a readout over points of one sphere is a lookup.

    The network of a group's word problem names the state that it is in: its readout has
    a row for every state of the orbit, and all rows have one length.  The score of row r
    in state v is r.v, and 2 r.v <= |r|^2 + |v|^2 with equality only for r = v: so if v is
    a positive multiple of row k, and no row before k is equal to it, k is the answer.
    Looking v up in a table costs its own length; computing all scores costs the whole
    readout, 5,040 x 7 products for every row of S_7.

    Statement ([lookup_argmax]): what [lookup] finds in the table of a readout is what
    [zargmax] of all scores is.  Nothing is assumed of the keys of the table, which could
    collide: the row that is found is compared with v.
    Source: `Readouts over orbits are looked up` in ARCHITECTURE.md. *)
From Coq Require Import ZArith List Bool Lia FMapPositive.
From Statewright Require Import LrnnCert.
Import ListNotations.
Local Open Scope Z_scope.

(* ---------------------------------------------------------------- *)
(** * 1. The table *)

Definition content (v : list Z) : Z := fold_left Z.gcd v 0.
Definition direction (v : list Z) : list Z := let g := content v in map (fun x => x / g) v.

(** Bits one after the other, each behind a 1, numbers ended by a 0. *)
Fixpoint push (acc p : positive) : positive :=
  match p with
  | xH => acc~0
  | xO q => push (acc~1~0) q
  | xI q => push (acc~1~1) q
  end%positive.
Definition code (z : Z) : positive :=
  match z with Z0 => 1 | Zpos p => p~0 | Zneg p => p~1 end%positive.
Definition key_of (v : list Z) : positive :=
  fold_left (fun acc z => push acc (code z)) (direction v) 1%positive.

Definition readout_table := option (PM.t (nat * list Z)).

(** Of rows with one key the first is kept. *)
Fixpoint rows_table (i : nat) (rows : list (list Z)) : PM.t (nat * list Z) :=
  match rows with
  | [] => PM.empty _
  | r :: rows' => PM.add (key_of r) (i, r) (rows_table (S i) rows')
  end.
(** There is a table only for rows of one length and one bias. *)
Definition table_of (f : aff) : readout_table :=
  match am_W f, am_c f with
  | r0 :: _, c0 :: _ =>
      let m := length r0 in let n := zdot r0 r0 in
      if Nat.eqb (length (am_W f)) (length (am_c f)) &&
         forallb (fun r => Nat.eqb (length r) m && Z.eqb (zdot r r) n) (am_W f) &&
         forallb (Z.eqb c0) (am_c f)
      then Some (rows_table 0 (am_W f)) else None
  | _, _ => None
  end.

Fixpoint same_numbers (u v : list Z) : bool :=
  match u, v with
  | [], [] => true
  | x :: u', y :: v' => Z.eqb x y && same_numbers u' v'
  | _, _ => false
  end.
Definition lookup (t : readout_table) (v : list Z) : option nat :=
  match t with
  | None => None
  | Some M =>
      match PM.find (key_of v) M with
      | None => None
      | Some (k, r) =>
          let g := content v in let s := content r in
          if Z.ltb 0 g && Z.ltb 0 s && same_numbers (map (Z.mul g) r) (map (Z.mul s) v)
          then Some k else None
      end
  end.

(* ---------------------------------------------------------------- *)
(** * 2. Products of vectors of one length *)

Lemma same_numbers_eq u : forall v, same_numbers u v = true -> u = v.
Proof.
  induction u as [|x u IH]; intros [|y v] E; cbn in E; try discriminate; auto.
  apply andb_true_iff in E as [E1 E2]. apply Z.eqb_eq in E1. f_equal; auto.
Qed.

Lemma zdot_mul a u : forall v, zdot u (map (Z.mul a) v) = a * zdot u v.
Proof.
  induction u as [|x u IH]; intros [|y v]; cbn; try lia. rewrite IH. ring.
Qed.

Lemma zdot_le u : forall v, length u = length v ->
  2 * zdot u v <= zdot u u + zdot v v /\
  (2 * zdot u v = zdot u u + zdot v v -> u = v).
Proof.
  induction u as [|x u IH]; intros [|y v] L; cbn in L; try discriminate.
  - cbn. split; [lia|auto].
  - injection L as L. destruct (IH v L) as [I1 I2]. cbn [zdot].
    assert (S : 0 <= (x - y) * (x - y)) by apply Z.square_nonneg.
    assert (X : (x - y) * (x - y) = x * x + y * y - 2 * (x * y)) by ring.
    rewrite X in S. split; [lia|].
    intro E. assert (Z0 : (x - y) * (x - y) = 0) by (rewrite X; lia).
    assert (x = y) by (apply Z.mul_eq_0 in Z0; lia). subst y. f_equal. apply I2. lia.
Qed.

(* ---------------------------------------------------------------- *)
(** * 3. The first maximum *)

Lemma argmax_stays v : forall i best m, Forall (fun x => x <= m) v ->
  zargmax_from i best m v = best.
Proof.
  induction v as [|x v IH]; intros i best m H; cbn; auto.
  inversion H; subst. destruct (Z.leb_spec x m); [auto|lia].
Qed.
Lemma argmax_finds before : forall i best b m after, b < m ->
  Forall (fun x => x < m) before -> Forall (fun x => x <= m) after ->
  zargmax_from i best b (before ++ m :: after) = (i + length before)%nat.
Proof.
  induction before as [|x before IH]; intros i best b m after Hb H1 H2; cbn.
  - destruct (Z.leb_spec m b); [lia|]. rewrite argmax_stays by assumption. lia.
  - inversion H1; subst. destruct (Z.leb_spec x b); rewrite IH; auto; lia.
Qed.
Lemma argmax_is before m after :
  Forall (fun x => x < m) before -> Forall (fun x => x <= m) after ->
  zargmax (before ++ m :: after) = length before.
Proof.
  destruct before as [|x before]; intros H1 H2; cbn.
  - apply argmax_stays. exact H2.
  - inversion H1; subst. rewrite argmax_finds; auto.
Qed.

(* ---------------------------------------------------------------- *)
(** * 4. What is found is the maximum *)

Lemma rows_table_find rows : forall i e k r, PM.find e (rows_table i rows) = Some (k, r) ->
  exists before after, rows = before ++ r :: after /\ k = (i + length before)%nat /\
    key_of r = e /\ Forall (fun r' => key_of r' <> e) before.
Proof.
  induction rows as [|r0 rows IH]; intros i e k r F; cbn in F.
  - rewrite PM.gempty in F. discriminate.
  - destruct (Pos.eq_dec e (key_of r0)) as [->|N].
    + rewrite PM.gss in F. injection F as <- <-. exists [], rows. cbn. repeat split; auto.
    + rewrite PM.gso in F by exact N.
      destruct (IH _ _ _ _ F) as (b & a & E & K & Q & A).
      exists (r0 :: b), a. subst rows. cbn. repeat split; auto; lia.
Qed.

Lemma zaff_app u w cu cw D v : length u = length cu ->
  zaff (u ++ w) (cu ++ cw) D v = zaff u cu D v ++ zaff w cw D v.
Proof.
  revert cu. induction u as [|r u IH]; intros [|c cu] L; cbn in *; try discriminate; auto.
  injection L as L. rewrite IH by exact L. reflexivity.
Qed.

Lemma zaff_all (P Q : Z -> Prop) W : forall c D v c0,
  Forall (eq c0) c -> Forall (fun r => P (zdot r v)) W ->
  (forall x, P x -> Q (x + c0 * Zpos D)) -> Forall Q (zaff W c D v).
Proof.
  induction W as [|r W IH]; intros [|c1 c] D v c0 Hc HW I; cbn; constructor.
  - inversion Hc; inversion HW; subst. auto.
  - inversion Hc; inversion HW; subst. eapply IH; eauto.
Qed.

Theorem lookup_argmax : forall f D v k, lookup (table_of f) v = Some k ->
  zargmax (zaff (am_W f) (am_c f) D v) = k.
Proof.
  intros f D v k E. unfold lookup, table_of in E.
  destruct (am_W f) as [|r0 W0] eqn:EW; [discriminate|].
  destruct (am_c f) as [|c0 C0] eqn:EC; [discriminate|].
  rewrite <- EW, <- EC in *. clear EW EC W0 C0.
  generalize dependent (am_W f). generalize dependent (am_c f). intros c W E. cbv zeta in E.
  destruct (Nat.eqb _ _ && _ && _) eqn:G in E; [|discriminate].
  apply andb_true_iff in G as [G G3]. apply andb_true_iff in G as [G1 G2].
  apply Nat.eqb_eq in G1. rewrite forallb_forall in G2, G3.
  destruct (PM.find (key_of v) (rows_table 0 W)) as [[k' r]|] eqn:F; [|discriminate].
  destruct (Z.ltb 0 _ && _ && _) eqn:T in E; [|discriminate].
  injection E as <-. apply andb_true_iff in T as [T T3]. apply andb_true_iff in T as [T1 T2].
  apply Z.ltb_lt in T1, T2. apply same_numbers_eq in T3.
  destruct (rows_table_find _ _ _ _ _ F) as (before & after & EW & Ek & Ekey & Hb).
  cbn in Ek. subst k'.
  assert (Hc : Forall (eq c0) c).
  { apply Forall_forall. intros x Hx. apply Z.eqb_eq. auto. }
  assert (Hrow : forall r', In r' W -> length r' = length r /\ zdot r' r' = zdot r r).
  { assert (In r W) as I by (rewrite EW; apply in_elt).
    intros r' I'. specialize (G2 _ I) as A. specialize (G2 _ I') as B.
    apply andb_true_iff in A as [A1 A2]. apply andb_true_iff in B as [B1 B2].
    apply Nat.eqb_eq in A1, B1. apply Z.eqb_eq in A2, B2. split; congruence. }
  assert (Hdot : forall r', content r * zdot r' v = content v * zdot r' r).
  { intro r'. rewrite <- !zdot_mul. f_equal. symmetry. exact T3. }
  assert (Hle : forall r', In r' W -> zdot r' v <= zdot r v).
  { intros r' I. destruct (Hrow _ I) as [L N]. destruct (zdot_le r' r L) as [A _].
    pose proof (Hdot r'). pose proof (Hdot r). nia. }
  assert (Hlt : forall r', In r' W -> r' <> r -> zdot r' v < zdot r v).
  { intros r' I Ne. destruct (Hrow _ I) as [L N]. destruct (zdot_le r' r L) as [A B].
    assert (2 * zdot r' r <> zdot r' r' + zdot r r) by auto.
    pose proof (Hdot r'). pose proof (Hdot r). nia. }
  assert (exists cb ca, c = cb ++ c0 :: ca /\ length before = length cb) as (cb & ca & Ec & Lc).
  { assert (L : (length before < length c)%nat).
    { rewrite <- G1, EW, app_length. cbn. lia. }
    exists (firstn (length before) c), (tl (skipn (length before) c)). split.
    - rewrite <- (firstn_skipn (length before) c) at 1. f_equal.
      destruct (skipn (length before) c) as [|x t] eqn:S.
      + pose proof (skipn_length (length before) c) as K. rewrite S in K. cbn in K. lia.
      + cbn. f_equal. rewrite Forall_forall in Hc. symmetry. apply Hc.
        rewrite <- (firstn_skipn (length before) c), S. apply in_elt.
    - rewrite firstn_length. lia. }
  rewrite EW, Ec, zaff_app by exact Lc. cbn [zaff].
  assert (Hcb : Forall (eq c0) cb /\ Forall (eq c0) ca).
  { rewrite Ec in Hc. apply Forall_app in Hc as [A B]. inversion B; auto. }
  assert (Lz : length (zaff before cb D v) = length before).
  { clear -Lc. revert cb Lc. induction before as [|x b IH]; intros [|y cb] L; cbn in *;
      try discriminate; auto. }
  rewrite argmax_is; [exact Lz| |].
  - apply zaff_all with (P := fun x => x < zdot r v) (c0 := c0); [apply Hcb| |intros; lia].
    apply Forall_forall. intros r' I. apply Hlt.
    + rewrite EW. apply in_or_app. auto.
    + intros ->. rewrite Forall_forall in Hb. exact (Hb _ I Ekey).
  - apply zaff_all with (P := fun x => x <= zdot r v) (c0 := c0); [apply Hcb| |intros; lia].
    apply Forall_forall. intros r' I. apply Hle. rewrite EW. apply in_or_app. right. right. exact I.
Qed.
