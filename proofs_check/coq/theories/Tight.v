(** Tight.v -- what the impossibility theorems leave possible, in the model they are about.

    Statements: [parity_possible], one scalar layer with A(1) = -1 decides parity of the
    length of 1^{t+1} (it is triangular too, so that m = 2 in PeriodTri.v is attained);
    [mod_possible], for every m >= 1 one layer whose transition permutes m coordinates in
    a cycle tests whether m divides the length.  A kernel accepts vacuous statements; these
    show that the layers, casts and decoders of ParityImpossible.v can do something.
    Source: Grazzi et al., ICLR 2025, section 4 (the constructions beside Theorems 1, 2). *)
From mathcomp Require Import all_ssreflect all_algebra.
From Statewright Require Import ParityImpossible.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.
Section T.
Variable R : realFieldType.
Definition sgn_cf (x : R) : nat := (0 < x)%R.
Lemma sgn_mono x y : x <= y -> (sgn_cf x <= sgn_cf y)%N.
Proof. by rewrite /sgn_cf; case: (ltP 0 x) => // x0 xy; rewrite (lt_le_trans x0 xy). Qed.
Lemma sgn_bnd x : (sgn_cf x <= 1)%N. Proof. by rewrite /sgn_cf; case: (0 < x). Qed.
Definition sgn_cast := Cast sgn_mono sgn_bnd.
Definition neg_layer : layer R :=
  @Layer R 0 (fun _ => (-1)%:M) (fun _ => 0) 1%:M (fun _ => sgn_cast) (fun f _ => f 0).
Lemma neg_state x t : st neg_layer x t = ((-1) ^+ t)%:M.
Proof.
elim: t => [|t IH] /=; first by rewrite expr0.
by rewrite IH addr0 mul_scalar_mx scale_scalar_mx exprS.
Qed.
Theorem parity_possible t :
  (nout [:: neg_layer] (fun _ => 1%N) t == 0)%N = odd t.+1.
Proof.
have -> : nout [:: neg_layer] (fun _ => 1%N) t =
          sgn_cf (st neg_layer (fun _ => 1%N) t.+1 0 0).
  change ([ffun i => sgn_cast (st neg_layer (fun _ => 1%N) t.+1 i 0)] 0 =
          sgn_cf (st neg_layer (fun _ => 1%N) t.+1 0 0)).
  by rewrite ffunE.
rewrite neg_state mxE eqxx mulr1n /sgn_cf -signr_odd.
by case: (odd t.+1); rewrite ?expr0 ?expr1 ?ltr01 // oppr_gt0 ltr10.
Qed.

(** The state after t steps is the unit vector t mod m; coordinate 0 tells. *)
Variable n : nat.                                   (* m = n + 1 *)
Definition cycle_layer : layer R :=
  @Layer R n (fun _ => \matrix_(i, j) (i == (j.+1 %% n.+1)%N :> nat)%:R) (fun _ => 0)
    (delta_mx ord0 0) (fun _ => sgn_cast) (fun f _ => f ord0).
Lemma cycle_state x t : st cycle_layer x t = delta_mx (inord (t %% n.+1)) 0.
Proof.
elim: t => [|t IH] /=.
  by rewrite mod0n; congr (delta_mx _ 0); apply/val_inj; rewrite /= inordK.
have tn : (t %% n.+1 < n.+1)%N by rewrite ltn_mod.
rewrite IH addr0; apply/colP => i; rewrite mxE (bigD1 (inord (t %% n.+1))) //= big1 => [|j jt].
  rewrite !mxE !eqxx mulr1 addr0 andbT inordK //; congr (_%:R); congr nat_of_bool.
  have sn : ((t %% n.+1).+1 %% n.+1 = t.+1 %% n.+1)%N by rewrite -addn1 modnDml addn1.
  by rewrite sn -val_eqE /= inordK ?ltn_mod.
by rewrite !mxE (negbTE jt) mulr0.
Qed.
Theorem mod_possible t :
  (nout [:: cycle_layer] (fun _ => 1%N) t == 1)%N = (n.+1 %| t.+1)%N.
Proof.
have -> : nout [:: cycle_layer] (fun _ => 1%N) t =
          sgn_cf (st cycle_layer (fun _ => 1%N) t.+1 ord0 0).
  change ([ffun i => sgn_cast (st cycle_layer (fun _ => 1%N) t.+1 i 0)] ord0 =
          sgn_cf (st cycle_layer (fun _ => 1%N) t.+1 ord0 0)).
  by rewrite ffunE.
rewrite cycle_state mxE eqxx andbT -val_eqE /= inordK ?ltn_mod // /sgn_cf /dvdn.
by case: (t.+1 %% n.+1)%N => [|k] /=; rewrite ?ltr01 ?ltxx.
Qed.
End T.
