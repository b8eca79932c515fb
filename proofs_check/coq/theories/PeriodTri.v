(** PeriodTri.v -- triangular layers count by doubling only.

    Statement ([no_mod_count]): a stack of L triangular layers (any real diagonal), cast
    as in ParityImpossible.v, is eventually periodic with period 2^L on 1, 1, 1, ..;
    hence it cannot test "length divisible by m" unless m divides 2^L, so not modulo 3
    ([no_mod3]), however deep.  The possibilities beside it, in the same model:
    [parity_possible] in Tight.v is one triangular layer with m = 2, and
    [mod_possible] counts modulo every m with one layer that is not triangular.
    Source: Grazzi et al., ICLR 2025, Theorem 2, for triangular transitions. *)
From Coq Require Import Classical.
From mathcomp Require Import all_ssreflect all_algebra.
From Statewright Require Import ParityImpossible.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Definition evper T (p : nat) (y : nat -> T) :=
  exists N, forall t, (N <= t)%N -> y (t + p)%N = y t.

Lemma evper_mul T p (y : nat -> T) : evper p y -> evper (2 * p) y.
Proof.
move=> [N h]; exists N => t Nt.
by rewrite mul2n -addnn addnA h ?h // (leq_trans Nt) // leq_addr.
Qed.

Section Tri.
Variable R : realFieldType.

Lemma trig_mul n (A B : 'M[R]_n) : is_trig_mx A -> is_trig_mx B -> is_trig_mx (A *m B).
Proof.
move=> /is_trig_mxP a /is_trig_mxP b; apply/is_trig_mxP => i j ij.
rewrite mxE big1 // => k _; case: (ltnP i k) => [ik|ki]; first by rewrite a ?mul0r.
by rewrite (b k j) ?mulr0 //; apply: leq_ltn_trans ij.
Qed.

Lemma trig_sqr_spectrum n (P : 'M[R]_n.+1) : is_trig_mx P -> nonneg_spectrum (P *m P).
Proof.
move=> tP; exists [seq (P *m P) i i | i <- enum 'I_n.+1]; split.
  by rewrite char_poly_trig ?trig_mul // big_map big_enum.
apply/allP => x /mapP [i _ ->]; rewrite mxE (bigD1 i) //= big1 ?addr0 ?sqr_ge0 //.
move=> k ki; move/is_trig_mxP: tP => t.
case: (ltngtP i k) => [ik|ik|/val_inj e]; first by rewrite t ?mul0r.
  by rewrite (t k i) ?mulr0.
by rewrite e eqxx in ki.
Qed.

Variable L : layer R.
Hypothesis trigL : forall c, is_trig_mx (lA L c).

Lemma affine_block (x : nat -> nat) p N :
  (forall t, (N <= t)%N -> x (t + p)%N = x t) ->
  forall j m, exists P c, is_trig_mx P /\
   forall k, st L x (N + j + k * p + m) = P *m st L x (N + j + k * p) + c.
Proof.
move=> xp j; have xk m k : x (N + j + k * p + m)%N = x (N + j + m)%N.
  elim: k => [|k IH]; first by rewrite mul0n addn0.
  rewrite -IH mulSn addnCA -addnA [(p + _)%N]addnC xp //.
  by rewrite -!addnA leq_addr.
elim=> [|m [P [c [tP e]]]].
  exists 1%:M, 0; split; first by apply/is_trig_mxP => a b ab; rewrite mxE -val_eqE ltn_eqF.
  by move=> k; rewrite addn0 mul1mx addr0.
exists (lA L (x (N + j + m)%N) *m P), (lA L (x (N + j + m)%N) *m c + lB L (x (N + j + m)%N)).
split; first exact: trig_mul.
by move=> k; rewrite addnS /= xk e mulmxDr mulmxA addrA.
Qed.

Lemma lout_evper x p : (0 < p)%N -> evper p x -> evper (2 * p) (lout L x).
Proof.
move=> p0 [N xp]; set q := (2 * p)%N; have q0 : (0 < q)%N by rewrite muln_gt0.
pose f (ij : 'I_(dim L).+1 * 'I_q) k := lcast L ij.1 (st L x (N + ij.2 + k * q) ij.1 0).
have cst ij : evconst (f ij).
  case: ij => i j; have [P [c [tP e]]] := affine_block xp j p.
  pose u k := st L x (N + j + k * q).
  have uS k : u k.+1 = P *m P *m u k + (P *m c + c).
    have h1 := e (k * 2)%N; have h2 := e (k * 2).+1.
    have i1 : (N + j + k.+1 * q = N + j + (k * 2).+1 * p + p)%N.
      by rewrite -[in RHS]addnA -mulSnr -[(k * 2).+2]/(k.+1 * 2)%N /q mulnA.
    have i2 : (N + j + (k * 2).+1 * p = N + j + k * 2 * p + p)%N by rewrite mulSnr addnA.
    have i3 : (N + j + k * q = N + j + k * 2 * p)%N by rewrite /q mulnA.
    by rewrite /u i1 h2 i2 h1 i3 mulmxDr mulmxA addrA.
  have diff k : u k.+1 - u k = (P *m P) ^+ k *m (u 1%N - u 0%N).
    elim: k => [|k IH]; first by rewrite expr0 -[1 *m _]/(1%:M *m _) mul1mx.
    rewrite [u k.+2]uS [X in _ - X]uS opprD addrACA subrr addr0 -mulmxBr IH.
    by rewrite mulmxA -[P *m P *m (P *m P) ^+ k]/((P *m P) * (P *m P) ^+ k) -exprS.
  apply: (@cast_evconst R (lcast L i) (fun k => u k i 0)).
  apply: evsign_ext (evsign_pow (delta_mx 0 i) (u 1%N - u 0%N) (trig_sqr_spectrum tP)) => k.
  by rewrite -mulmxA -diff -rowE !mxE.
have [M [d e]] := evconst_all cst.
exists (N + M * q)%N => t Nt.
have xt : x (t + q)%N = x t.
  rewrite /q mul2n -addnn addnA !xp // ?(leq_trans _ Nt) ?leq_addr //.
  by apply: leq_trans (leq_addr _ _); apply: leq_trans Nt; apply: leq_addr.
rewrite /lout xt; congr (ldec L _ _); apply/ffunP => i; rewrite !ffunE.
have NT : (N <= t.+1)%N by apply: leqW; apply: leq_trans Nt; apply: leq_addr.
pose r := ((t.+1 - N) %% q)%N; pose k := ((t.+1 - N) %/ q)%N.
have et : (t.+1 = N + r + k * q)%N by rewrite -addnA [(r + _)%N]addnC -divn_eq subnKC.
have Mk : (M <= k)%N.
  rewrite /k leq_divRL // -(leq_add2l N) subnKC //; exact: leqW.
have -> : (t + q).+1 = (N + r + k.+1 * q)%N by rewrite mulSnr -addSn et !addnA.
rewrite et; have rq : (r < q)%N by rewrite ltn_mod.
have val_at k' : (M <= k')%N -> lcast L i (st L x (N + r + k' * q) i 0) = d (i, Ordinal rq).
  by move=> /e /ffunP /(_ (i, Ordinal rq)); rewrite ffunE.
by rewrite !val_at // leqW.
Qed.
End Tri.

Section Stack.
Variable R : realFieldType.
Theorem nout_evper (N : seq (layer R)) x p : (0 < p)%N -> evper p x ->
  (forall L, List.In L N -> forall c, is_trig_mx (lA L c)) ->
  evper (2 ^ size N * p) (nout N x).
Proof.
elim: N x p => [|L N IH] x p p0 xp tr /=; first by rewrite expn0 mul1n.
rewrite expnS -mulnA mulnCA; apply: IH; first by rewrite muln_gt0.
- by apply: lout_evper => // c; apply: tr; left.
by move=> L' h; apply: tr; right.
Qed.

Theorem no_mod_count (N : seq (layer R)) (accept : nat -> bool) m : (0 < m)%N ->
  (forall L, List.In L N -> forall c, is_trig_mx (lA L c)) ->
  (forall t, accept (nout N (fun _ => 1%N) t) = (m %| t.+1)%N) ->
  (m %| 2 ^ size N)%N.
Proof.
move=> m0 tr rec.
have [||M h] := @nout_evper N (fun _ => 1%N) 1 _ _ tr; [by []|by exists 0%N|].
rewrite muln1 in h; set q := (2 ^ size N)%N in h *.
have Mt : (M <= (m * M.+1).-1)%N.
  by rewrite -ltnS prednK ?muln_gt0 ?m0 // leq_pmull.
have := rec ((m * M.+1).-1 + q)%N; rewrite h // rec -addSn prednK ?muln_gt0 ?m0 //.
by rewrite dvdn_mulr // => /esym; rewrite dvdn_addr // dvdn_mulr.
Qed.

Corollary no_mod3 (N : seq (layer R)) (accept : nat -> bool) :
  (forall L, List.In L N -> forall c, is_trig_mx (lA L c)) ->
  ~ (forall t, accept (nout N (fun _ => 1%N) t) = (3 %| t.+1)%N).
Proof.
move=> tr rec; have := no_mod_count (isT : (0 < 3)%N) tr rec.
by rewrite Euclid_dvdX.
Qed.
End Stack.
