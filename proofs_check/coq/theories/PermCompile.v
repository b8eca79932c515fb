(** PermCompile.v -- the compiler for permutation automata, proved once for all of them.

    Statements: [compile_correct], the one-layer network of an automaton whose letters
    permute its states is right on every word; [perm_is_house_product], its matrices are
    products of reflections 1 - v v^T with |v|^2 = 2, so that DeltaProduct can do it.
    Source: Grazzi et al., ICLR 2025, Theorem 3.  Certificates of single networks are
    then about the weights that were really written, not about the construction. *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory GroupScope.
Local Open Scope ring_scope.

Section Refl.
Variables (R : realFieldType) (n : nat).
Definition house (beta : R) (v : 'cV[R]_n) : 'M[R]_n := 1%:M - beta *: (v *m v^T).
Definition ediff (i j : 'I_n) : 'cV[R]_n := delta_mx i 0 - delta_mx j 0.

Lemma house_tperm (i j : 'I_n) : house 1 (ediff i j) = perm_mx (tperm i j).
Proof.
rewrite /house scale1r; apply/matrixP => a b; rewrite !mxE big_ord1 !mxE eqxx !andbT.
case: tpermP => [->|->|/eqP ai /eqP aj].
- rewrite eqxx; have [->|ij] := eqVneq i j; first by rewrite subrr mul0r subr0.
  by rewrite subr0 mul1r [i == b]eq_sym [j == b]eq_sym opprB addrC subrK.
- rewrite eqxx [j == i]eq_sym; have [->|ij] := eqVneq i j; first by rewrite subrr mul0r subr0.
  by rewrite sub0r mulN1r opprK [i == b]eq_sym [j == b]eq_sym addrC subrK.
by rewrite (negbTE ai) (negbTE aj) subrr mul0r subr0.
Qed.

Lemma ediff_norm (i j : 'I_n) : i != j -> ((ediff i j)^T *m ediff i j) 0 0 = 2%:R.
Proof.
move=> ij; rewrite mxE (bigD1 i) //= (bigD1 j) 1?eq_sym //= big1 => [|k /andP [ki kj]].
  by rewrite !mxE !eqxx [j == i]eq_sym (negbTE ij) /= subr0 sub0r mulr1 mulrNN mulr1 addr0.
by rewrite !mxE (negbTE ki) (negbTE kj) subrr mul0r.
Qed.

Theorem perm_is_house_product (s : 'S_n) :
  exists2 ts : seq ('I_n * 'I_n), all (fun t => t.1 != t.2) ts &
    perm_mx s = foldr (fun t M => house 1 (ediff t.1 t.2) *m M) 1%:M ts :> 'M[R]_n.
Proof.
have [ts e d] := prod_tpermP s; exists ts => //; rewrite e {e d}.
elim: ts => [|t ts IH]; first by rewrite big_nil perm_mx1.
by rewrite big_cons perm_mxM IH /= house_tperm.
Qed.
End Refl.

(** * All-lengths correctness of the compiled network, one proof for all group automata *)
Section Compile.
Variables (R : realFieldType) (n : nat) (X : finType) (delta : X -> 'S_n) (q0 : 'I_n)
          (acc : pred 'I_n).
Definition dfa_run (w : seq X) : 'I_n := foldl (fun q x => delta x q) q0 w.
Definition A (x : X) : 'M[R]_n := (perm_mx (delta x))^T.
Definition h0 : 'cV[R]_n := delta_mx q0 0.
Definition lrnn_run (w : seq X) : 'cV[R]_n := foldl (fun h x => A x *m h) h0 w.
(** linear read-out c^T h > 1/2 with c the indicator of the accepting states *)
Definition readout : 'rV[R]_n := \row_j (acc j)%:R.
Definition lrnn_accepts (w : seq X) : bool := 2%:R^-1 < (readout *m lrnn_run w) 0 0.

Lemma lrnn_state w : lrnn_run w = delta_mx (dfa_run w) 0.
Proof.
rewrite /lrnn_run /dfa_run /h0; elim: w q0 => //= x w IH q; rewrite -{}IH; congr foldl.
apply/matrixP => a b; rewrite !ord1 !mxE (bigD1 q) //= big1 => [|k kq].
  by rewrite !mxE !eqxx mulr1 addr0 andbT eq_sym.
by rewrite !mxE (negbTE kq) mulr0.
Qed.

Theorem compile_correct w : lrnn_accepts w = acc (dfa_run w).
Proof.
rewrite /lrnn_accepts lrnn_state mxE (bigD1 (dfa_run w)) //= big1 => [|k kq].
  rewrite !mxE !eqxx mulr1 addr0; case: (acc _).
    by rewrite invf_lt1 ?ltr0n // ltr1n.
  by rewrite ltNge invr_ge0 ler0n.
by rewrite !mxE (negbTE kq) mulr0.
Qed.
End Compile.
