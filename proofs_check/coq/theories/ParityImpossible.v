(** ParityImpossible.v -- no negative eigenvalue, no parity.

    Statement ([no_parity]): a finite stack of layers all of whose transition matrices
    have only real non-negative eigenvalues ([nonneg_spectrum]), with exact recurrence
    and a monotone finite-range cast of every state coordinate before each decoder,
    cannot recognise parity for all lengths.  The possibility beside it, in the same
    model: [parity_possible] in Tight.v, one scalar layer with the eigenvalue -1.
    Source: Grazzi et al., Unlocking State-Tracking in Linear RNNs Through Negative
    Eigenvalues, ICLR 2025, Theorem 1 and Lemma 1.  No Jordan form is used here:
    Cayley-Hamilton, and one order argument per eigenvalue. *)
From Coq Require Import Classical.
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section Seqs.
Variable R : realFieldType.
Implicit Types (u v : nat -> R).

Definition evsign u :=
  (exists N, forall n, (N <= n)%N -> 0 <= u n) \/
  (exists N, forall n, (N <= n)%N -> u n <= 0).

Lemma evsign_ext u v : u =1 v -> evsign u -> evsign v.
Proof. by move=> e [[N h]|[N h]]; [left|right]; exists N => n /h; rewrite e. Qed.

Lemma evsign_opp u : evsign (fun n => - u n) -> evsign u.
Proof.
by case=> -[N h]; [right|left]; exists N => n /h; rewrite ?oppr_ge0 ?oppr_le0.
Qed.

(** One factor (E - l) with l >= 0 preserves "eventually of one sign". *)
Lemma evsign_pos l u N : 0 <= l ->
  (forall n, (N <= n)%N -> 0 <= u n.+1 - l * u n) -> evsign u.
Proof.
move=> l0 h.
case: (classic (exists m, (N <= m)%N /\ 0 <= u m)) => [[m [Nm um]]|none].
  left; exists m => n; elim: n => [|n IH]; first by rewrite leqn0 => /eqP <-.
  rewrite leq_eqVlt => /orP [/eqP <- //|]; rewrite ltnS => mn.
  have := h n (leq_trans Nm mn); rewrite subr_ge0; apply: le_trans.
  by apply: mulr_ge0 => //; apply: IH.
right; exists N => n Nn; case: (ltP (u n) 0) => [/ltW //|un].
by case: none; exists n.
Qed.

Lemma evsign_factor l u : 0 <= l ->
  evsign (fun n => u n.+1 - l * u n) -> evsign u.
Proof.
move=> l0 [[N h]|[N h]]; first exact: (evsign_pos l0 h).
apply: evsign_opp; apply: (evsign_pos (N := N) l0) => n /h.
by rewrite mulrN -opprD oppr_ge0.
Qed.
End Seqs.

Section Matrices.
Variable R : realFieldType.

Definition nonneg_spectrum n (A : 'M[R]_n.+1) :=
  exists s : seq R, char_poly A = \prod_(l <- s) ('X - l%:P) /\
                    all (fun l => 0 <= l) s.

Section OneMatrix.
Variables (n : nat) (A : 'M[R]_n.+1) (r : 'rV[R]_n.+1) (h : 'cV[R]_n.+1).
Let seqp (q : {poly R}) (k : nat) : R := (r *m (A ^+ k *m horner_mx A q) *m h) 0 0.

Lemma seqp_factor l q k :
  seqp (('X - l%:P) * q) k = seqp q k.+1 - l * seqp q k.
Proof.
rewrite /seqp rmorphM rmorphB /= horner_mx_X horner_mx_C.
have -> : A ^+ k *m ((A - l%:M) * horner_mx A q) =
          A ^+ k.+1 *m horner_mx A q - l *: (A ^+ k *m horner_mx A q).
  rewrite -[_ * horner_mx A q]/(_ *m _) mulmxA mulmxBr.
  by rewrite -[A ^+ k *m A]/(A ^+ k * A) -exprSr mul_mx_scalar mulmxBl -scalemxAl.
by rewrite mulmxBr mulmxBl -scalemxAr -scalemxAl !mxE.
Qed.

Lemma evsign_prod s q : all (fun l => 0 <= l) s ->
  evsign (seqp ((\prod_(l <- s) ('X - l%:P)) * q)) -> evsign (seqp q).
Proof.
elim: s => [|l s IH] /=; first by rewrite big_nil mul1r.
move=> /andP [l0 ls]; rewrite big_cons -mulrA => H; apply: IH => //.
apply: (evsign_factor l0); apply: evsign_ext H => k; exact: seqp_factor.
Qed.

Theorem evsign_pow : nonneg_spectrum A ->
  evsign (fun k => (r *m A ^+ k *m h) 0 0).
Proof.
case=> s [cp s0].
have : evsign (seqp 1).
  apply: (evsign_prod (s := s)) => //; rewrite mulr1 -cp; left; exists 0%N => k _.
  by rewrite /seqp Cayley_Hamilton mulmx0 mulmx0 mul0mx mxE.
by apply: evsign_ext => k; rewrite /seqp rmorph1 -[A ^+ k *m 1]/(A ^+ k * 1) mulr1.
Qed.
End OneMatrix.
End Matrices.

(** * Monotone sequences and finite casts *)
Section Casts.
Variable R : realFieldType.
Definition evconst T (y : nat -> T) := exists N c, forall t, (N <= t)%N -> y t = c.

Lemma nat_noninc (y : nat -> nat) N :
  (forall t, (N <= t)%N -> (y t.+1 <= y t)%N) -> evconst y.
Proof.
move: {2}(y N) (leqnn (y N)) => b; elim: b N => [|b IH] N yb dec.
  exists N, 0%N; elim=> [|t IHt]; first by rewrite leqn0 => /eqP e; move: yb; rewrite e leqn0 => /eqP.
  rewrite leq_eqVlt => /orP [/eqP <-|]; first by move: yb; rewrite leqn0 => /eqP.
  by rewrite ltnS => Nt; have := dec t Nt; rewrite IHt // leqn0 => /eqP.
case: (classic (exists m, (N <= m)%N /\ (y m < y N)%N)) => [[m [Nm ym]]|none].
  apply: (IH m); last by move=> t mt; apply: dec; apply: leq_trans mt.
  by rewrite -ltnS; apply: leq_trans yb.
exists N, (y N); elim=> [|t IHt]; first by rewrite leqn0 => /eqP ->.
rewrite leq_eqVlt => /orP [/eqP <- //|]; rewrite ltnS => Nt.
have := dec t Nt; rewrite IHt // leq_eqVlt => /orP [/eqP //|lt].
by case: none; exists t.+1; split=> //; apply: leq_trans Nt _.
Qed.

(** a cast: finite range {0..K}, monotone (any rounding to a finite format,
    with saturation or infinities at both ends, NaN-free) *)
Record cast := Cast { cf :> R -> nat; cK : nat;
  c_mono : forall x y, x <= y -> (cf x <= cf y)%N;
  c_bnd : forall x, (cf x <= cK)%N }.

Lemma cast_evconst (c : cast) (u : nat -> R) :
  evsign (fun t => u t.+1 - u t) -> evconst (fun t => c (u t)).
Proof.
case=> -[N h].
  have [M [d e]] : evconst (fun t => (cK c - c (u t))%N).
    by apply: (@nat_noninc _ N) => t /h; rewrite subr_ge0 => /(c_mono c) ?; apply: leq_sub2l.
  exists M, (cK c - d)%N => t /e <-; by rewrite subKn // c_bnd.
by apply: (@nat_noninc _ N) => t /h; rewrite subr_le0; apply: c_mono.
Qed.
End Casts.

(** * Layers and stacks *)
Section Nets.
Variable R : realFieldType.
Record layer := Layer {
  dim : nat;
  lA : nat -> 'M[R]_dim.+1; lB : nat -> 'cV[R]_dim.+1; lh0 : 'cV[R]_dim.+1;
  lcast : 'I_dim.+1 -> cast R;
  ldec : {ffun 'I_dim.+1 -> nat} -> nat -> nat }.
Arguments lcast : clear implicits. Arguments ldec : clear implicits.

Fixpoint st (L : layer) (x : nat -> nat) (t : nat) : 'cV[R]_(dim L).+1 :=
  if t is t'.+1 then lA L (x t') *m st L x t' + lB L (x t') else lh0 L.
(** y_t = dec(cast(h_{t+1}), x_t), h_{t+1} the state after reading x_t *)
Definition lout (L : layer) (x : nat -> nat) (t : nat) : nat :=
  ldec L [ffun i => lcast L i (st L x t.+1 i 0)] (x t).
Definition nout (N : seq layer) (x : nat -> nat) : nat -> nat :=
  foldl (fun y L => lout L y) x N.

Lemma evconst_all (I : finType) (f : I -> nat -> nat) :
  (forall i, evconst (f i)) -> evconst (fun t => [ffun i => f i t]).
Proof.
move=> h.
have [N [c e]] : exists N (c : I -> nat), forall i, i \in enum I ->
   forall t, (N <= t)%N -> f i t = c i.
  elim: (enum I) => [|i s [N [c e]]]; first by exists 0%N, (fun=> 0%N).
  have [M [d g]] := h i.
  exists (maxn N M), (fun j => if j == i then d else c j) => j.
  rewrite in_cons; case: eqP => [-> _|_ /= js] t; rewrite geq_max => /andP [Nt Mt].
    exact: g. exact: e.
by exists N, [ffun i => c i] => t Nt; apply/ffunP => i; rewrite !ffunE e // mem_enum.
Qed.

Lemma lout_evconst (L : layer) x : evconst x ->
  (forall c, nonneg_spectrum (lA L c)) -> evconst (lout L x).
Proof.
move=> [N [c xc]] sp; pose A := lA L c; pose b := lB L c.
pose g k := st L x (N + k).
have gS k : g k.+1 = A *m g k + b by rewrite /g addnS /= xc // leq_addr.
have diff k : g k.+1 - g k = A ^+ k *m (g 1%N - g 0%N).
  elim: k => [|k IH]; first by rewrite expr0 -[1 *m _]/(1%:M *m _) mul1mx.
  rewrite [g k.+2]gS [X in _ - X]gS opprD addrACA subrr addr0 -mulmxBr IH.
  by rewrite mulmxA -[A *m A ^+ k]/(A * A ^+ k) -exprS.
have mono i : evconst (fun k => lcast L i (g k i 0)).
  apply: cast_evconst.
  apply: evsign_ext (evsign_pow (delta_mx 0 i) (g 1%N - g 0%N) (sp c)) => k.
  rewrite -mulmxA -diff -rowE !mxE //.
have [M [d e]] := evconst_all mono.
exists (N + M)%N, (ldec L d c) => t NMt.
have Nt : (N <= t)%N by apply: leq_trans NMt; apply: leq_addr.
rewrite /lout xc //; congr (ldec L _ _).
have -> : t.+1 = (N + (t.+1 - N))%N by rewrite subnKC // ltnW.
apply: (e (t.+1 - N)%N); rewrite leq_subRL; last exact: ltnW.
exact: ltnW.
Qed.

Theorem nout_evconst (N : seq layer) x : evconst x ->
  (forall L, List.In L N -> forall c, nonneg_spectrum (lA L c)) ->
  evconst (nout N x).
Proof.
elim: N x => [|L N IH] x xc sp //=.
apply: IH; last by move=> L' h; apply: sp; right.
by apply: lout_evconst => // c; apply: sp; left.
Qed.

(** Parity of the number of ones: on 1^{t+1} the answer is odd (t+1). *)
Theorem no_parity (N : seq layer) (accept : nat -> bool) :
  (forall L, List.In L N -> forall c, nonneg_spectrum (lA L c)) ->
  ~ (forall t, accept (nout N (fun _ => 1%N) t) = odd t.+1).
Proof.
move=> sp rec; have [|M [d e]] := @nout_evconst N (fun _ => 1%N) _ sp.
  by exists 0%N, 1%N.
have := rec M; have := rec M.+1; rewrite !e //=.
by move=> ->; rewrite negbK; case: (odd M).
Qed.
End Nets.
Arguments lcast {R} l i : rename. Arguments ldec {R} l d x : rename.
