(** Tight.v -- non-vacuity: in the SAME model as ParityImpossible.v, one scalar layer
    with A(1) = -1 does decide parity of the length of 1^{t+1}; with A(1) = 1 it cannot. *)
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
End T.
