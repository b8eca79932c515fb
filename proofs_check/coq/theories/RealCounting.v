(** RealCounting.v -- modular counting needs a product with a non-real eigenvalue.

    Let layer i of a stack (i = 1, 2, ...) have the property that every product of
    2^(i-1) of its matrices has only real eigenvalues.  Then L layers are eventually
    periodic with period 2^L on a constant letter, hence cannot test "length divisible
    by m" unless m divides 2^L ([real_no_mod_count]).  PeriodTri.v is the special case
    of triangular matrices, where every product is triangular.
    Proof.  The layer's input has a period p = 2^(i-1).  Over two periods the state is
    multiplied by the square of one such product; the square of a matrix with a real
    spectrum has a real non-negative one ([square_nonneg], through the trace-Hankel
    matrices), and the argument of ParityImpossible.v applies to every p-th state.
    [reals_counted] closes the hypothesis of one layer (products of length 1) from
    certificates; deeper stacks need [real_spectrum] of every product.  Twins: one layer
    with a real spectrum counts modulo 2 (Tight.v, the same model); two layers, products
    of two letters of the second having non-real eigenvalues, count modulo any m
    (ReflectionPairs.v, exact arithmetic).
    Source: Theorem 2 of Grazzi et al. (ICLR 2025).  Excluded middle only. *)
From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra complex.
From Statewright Require Import ParityImpossible PeriodTri TraceHankel SpectrumCheck.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Counting.
Variable R : rcfType.
Local Notation toC := (real_complex R).

Definition real_spectrum n (A : 'M[R]_n.+1) : Prop :=
  exists s : seq R, char_poly A = \prod_(l <- s) ('X - l%:P).

Lemma mpow_sqr n (B : 'M[R[i]]_n) k : mpow (B *m B) k = mpow B (2 * k).
Proof.
elim: k => [|k IH]; first by rewrite muln0.
by rewrite mulnS add2n !mpowS IH mulmxA.
Qed.

Theorem square_nonneg n (P : 'M[R]_n.+1) : real_spectrum P -> nonneg_spectrum (P *m P).
Proof.
move=> [s cs]; have [t [ct tt]] := spectral (map_mx toC P).
have real l : l \in t -> exists x : R, l = toC x.
  rewrite (root_s ct) cs rmorph_prod /= => /rootP; rewrite horner_prod => /eqP.
  rewrite prodf_seq_eq0 => /hasP [x _] /=.
  by rewrite rmorphB /= map_polyX map_polyC hornerXsubC subr_eq0 => /eqP ->; exists x.
have tt2 k : \tr (mpow (map_mx toC (P *m P)) k) = \sum_(l <- map (fun l => l ^+ 2) t) l ^+ k.
  by rewrite map_mxM mpow_sqr tt big_map; apply: eq_bigr => l _; rewrite exprM.
suff H r : psd (hankel (P *m P) r) by apply: hankel_nonneg_spectrum.
move=> u; pose q : {poly R} := \poly_(i < n.+1) u 0 (inord i).
have uE : u = \row_i q`_i.
  by apply/rowP => i; rewrite mxE coef_poly ltn_ord inord_val.
rewrite uE -lecR (form_sum tt2 r (size_poly _ _)) big_map big_seq; apply: sumr_ge0 => l.
move=> /real [x ->]; rewrite -rmorphX horner_map -!rmorphX -rmorphM /= lecR.
by rewrite mulr_ge0 ?sqr_ge0 // exprn_ge0 // sqr_ge0.
Qed.

(** product of the matrices of a word, the first letter applied first *)
Definition wprod (L : layer R) (w : seq nat) : 'M[R]_((dim L).+1) :=
  foldl (fun P c => lA L c *m P) 1%:M w.
Definition real_products (L : layer R) p :=
  forall w, size w = p -> real_spectrum (wprod L w).

Section Layer.
Variable L : layer R.

Lemma affine_word (x : nat -> nat) p N :
  (forall t, (N <= t)%N -> x (t + p)%N = x t) ->
  forall j m, exists c, forall k,
    st L x (N + j + k * p + m) =
    wprod L [seq x (N + j + i)%N | i <- iota 0 m] *m st L x (N + j + k * p) + c.
Proof.
move=> xp j; have xk m k : x (N + j + k * p + m)%N = x (N + j + m)%N.
  elim: k => [|k IH]; first by rewrite mul0n addn0.
  rewrite -IH mulSn addnCA -addnA [(p + _)%N]addnC xp //.
  by rewrite -!addnA leq_addr.
elim=> [|m [c e]].
  by exists 0 => k; rewrite addn0 /wprod /= mul1mx addr0.
exists (lA L (x (N + j + m)%N) *m c + lB L (x (N + j + m)%N)) => k.
have -> : [seq x (N + j + i)%N | i <- iota 0 m.+1] =
    rcons [seq x (N + j + i)%N | i <- iota 0 m] (x (N + j + m)%N).
  by rewrite -[m.+1]addn1 iotaD map_cat /= add0n cats1.
rewrite /wprod foldl_rcons -/(wprod L _) addnS /= xk e.
by rewrite mulmxDr mulmxA addrA.
Qed.

Lemma real_evper x p : real_products L p -> (0 < p)%N -> evper p x -> evper (2 * p) (lout L x).
Proof.
move=> rp p0 [N xp]; set q := (2 * p)%N; have q0 : (0 < q)%N by rewrite muln_gt0.
pose f (ij : 'I_(dim L).+1 * 'I_q) k := lcast L ij.1 (st L x (N + ij.2 + k * q) ij.1 0).
have cst ij : evconst (f ij).
  case: ij => i j; have [c e] := affine_word xp j p.
  set P := wprod L _ in e; have sp : real_spectrum P by apply: rp; rewrite size_map size_iota.
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
  apply: evsign_ext (evsign_pow (delta_mx 0 i) (u 1%N - u 0%N) (square_nonneg sp)) => k.
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
End Layer.

(** layer i of the stack: products of length p, 2p, 4p, ... *)
Fixpoint stack_real (N : seq (layer R)) p : Prop :=
  if N is L :: N' then real_products L p /\ stack_real N' (2 * p)%N else True.

Theorem real_nout_evper N x p : (0 < p)%N -> evper p x -> stack_real N p ->
  evper (2 ^ size N * p) (nout N x).
Proof.
elim: N x p => [|L N IH] x p p0 xp /=; first by rewrite expn0 mul1n.
move=> [rp rN]; rewrite expnS -mulnA mulnCA; apply: IH => //; first by rewrite muln_gt0.
exact: real_evper.
Qed.

Theorem real_no_mod_count (N : seq (layer R)) (accept : nat -> bool) m : (0 < m)%N ->
  stack_real N 1 -> (forall t, accept (nout N (fun _ => 1%N) t) = (m %| t.+1)%N) ->
  (m %| 2 ^ size N)%N.
Proof.
move=> m0 sr rec.
have [||M h] := @real_nout_evper N (fun _ => 1%N) 1 _ _ sr; [by []|by exists 0%N|].
rewrite muln1 in h; set q := (2 ^ size N)%N in h *.
have Mt : (M <= (m * M.+1).-1)%N.
  by rewrite -ltnS prednK ?muln_gt0 ?m0 // leq_pmull.
have := rec ((m * M.+1).-1 + q)%N; rewrite h // rec -addSn prednK ?muln_gt0 ?m0 //.
by rewrite dvdn_mulr // => /esym; rewrite dvdn_addr // dvdn_mulr.
Qed.

(** One layer from certificates: H0 of every letter, so no counting modulo 3 *)
Definition real_weights_check (W : wlayer) (cs : seq ldl) : bool :=
  all2 (fun a c => real_check (w_dim W).+1 a.1 c) (w_letters W) cs.

Lemma real_weights_sound W cs x : real_weights_check W cs -> real_spectrum (transition R W x).
Proof.
have zero : real_spectrum (0 : 'M[R]_((w_dim W).+1)).
  by have [s [e _]] := zero_spectrum R (w_dim W); exists s.
rewrite /real_weights_check /transition.
elim: (w_letters W) cs x => [|a l IH] [|c cs] [|x] //= /andP [h hs]; last exact: IH hs.
exact: real_check_sound h.
Qed.

Theorem reals_counted W cs (L : layer R) (accept : nat -> bool) m : (0 < m)%N ->
  real_weights_check W cs = true -> carries W L ->
  (forall t, accept (nout [:: L] (fun _ => 1%N) t) = (m %| t.+1)%N) -> (m %| 2)%N.
Proof.
move=> m0 ck cL rec; have -> : 2%N = (2 ^ size [:: L])%N by [].
apply: (real_no_mod_count m0 _ rec); split=> // -[|c [|? ?]] // _.
case: cL {rec} => B h0 k dec; rewrite /wprod /= mulmx1; exact: real_weights_sound ck.
Qed.
End Counting.

Definition with_excluded_middle := (@square_nonneg, @real_no_mod_count, @reals_counted).
Print Assumptions with_excluded_middle.
