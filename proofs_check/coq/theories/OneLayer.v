(** OneLayer.v -- what no single non-expansive layer can do (FORMAT.md 4.4).

    Statement ([no_single_layer]): let x and y act idempotently on an automaton's states
    and let the labels after u x y x z and after u y x z differ ([is_obstruction], which
    computes).  Then no layer H <- A(letter) H + B(letter) with |A(letter)| <= 1 and
    finitely many reachable states gives every word the automaton's label: over any real
    field, of whatever dimension, whatever function of the state and the last letter its
    output is.
    Proof.  Powers f, g of x and y act idempotently on the layer's reachable states too.
    On the span of their differences the linear parts E, F of f, g are projections of
    norm <= 1, hence self-adjoint.  M = E F E is self-adjoint and one of its powers
    is idempotent, hence M is, |E F E v| = |F E v| and so E F E = F E, and by taking
    adjoints E F = F E.  With d = f(h) - h then f(g(f(h))) - f(g(h)) = E F d = F E d = 0.
    The possibilities beside it, in the same model: with permutations one such layer
    follows every automaton whose letters permute ([permutations_possible]); if |A| may
    exceed 1, every automaton ([any_matrices_possible]).
    Source: our own. *)
From Coq Require Import PArith.
From mathcomp Require Import all_ssreflect all_algebra ring.
From Statewright Require LrnnCert.
From Statewright Require Import SymRound KdaRound.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

(** [w] read [k] times. *)
Definition times (k : nat) (w : seq nat) : seq nat := flatten (nseq k w).

(** * 1. Words on the automaton *)
Section Automaton.
Variable D : LrnnCert.dfa.
Definition letters (w : seq nat) := all (fun a => a < LrnnCert.d_syms D)%N w.
Definition after q w := foldl (LrnnCert.d_step D) q w.
Definition label w := LrnnCert.dfa_out D w.
Definition states := [seq p.1 | p <- LrnnCert.PM.elements (LrnnCert.d_trans D)].
Definition is_state q := if LrnnCert.PM.find q (LrnnCert.d_trans D) is Some _ then true else false.

(** Every letter leads from a state to a state. *)
Definition closed := is_state (LrnnCert.d_init D) &&
  all (fun q => all (fun a => is_state (LrnnCert.d_step D q a)) (iota 0 (LrnnCert.d_syms D))) states.
Definition idempotent w := all (fun q => Pos.eqb (after q (w ++ w)) (after q w)) states.
Definition is_obstruction u x y z (l l' : nat) :=
  [&& closed, letters u, letters x, letters y, letters z, idempotent x, idempotent y &
      [&& label (u ++ x ++ y ++ x ++ z) == l, label (u ++ y ++ x ++ z) == l' & l != l']].

Lemma labelE w : label w = LrnnCert.d_label D (after (LrnnCert.d_init D) w).
Proof.
rewrite /label /LrnnCert.dfa_out /after; congr (LrnnCert.d_label D _).
by elim: w (LrnnCert.d_init D) => //= a w IH q.
Qed.

Lemma all_states (P : pred positive) q : all P states -> is_state q -> P q.
Proof.
rewrite /states /is_state; case e: (LrnnCert.PM.find _ _) => [l|] // + _.
have := LrnnCert.PM.elements_correct _ _ e.
elim: (LrnnCert.PM.elements _) => //= p s IH [-> /=|/IH {}IH] /andP [] // _ /IH.
Qed.

Hypothesis cl : closed.

Lemma state_after q w : is_state q -> letters w -> is_state (after q w).
Proof.
case/andP: cl => _ step; elim: w q => //= a w IH q sq /andP [la lw]; apply: IH => //.
by have /allP := all_states step sq; apply; rewrite mem_iota.
Qed.

Lemma times_after q w k : idempotent w -> is_state q -> letters w -> (0 < k)%N ->
  after q (times k w) = after q w.
Proof.
case: k => // k idem sq lw _; elim: k q sq => [|k IH] q sq; first by rewrite /times /= cats0.
rewrite /times /= -/(times k.+1 w) /after foldl_cat -/(after q w) -/(after _ (times k.+1 w)).
rewrite IH; last exact: state_after.
by have := all_states idem sq; rewrite /after foldl_cat => /Pos.eqb_spec.
Qed.
End Automaton.

(** * 2. Finitely many states *)

(** A map on at most m states, iterated m! times, is idempotent. *)
Lemma power_idempotent (X : eqType) (t : X -> X) (reach : X -> Prop) (S : seq X) :
  (forall s, reach s -> reach (t s)) -> (forall s, reach s -> s \in S) ->
  forall s, reach s -> iter ((size S)`! + (size S)`!) t s = iter (size S)`! t s.
Proof.
move=> tr rS s rs; set m := size S; set K := m`!.
have ri j : reach (iter j t s) by elim: j => //= j; apply: tr.
have /trajectP [i im e] : looping t s m.
  rewrite -[looping _ _ _]negbK -looping_uniq; apply/negP => un.
  have sub : {subset traject t s m.+1 <= S} by move=> y /trajectP [j _ ->]; apply: rS.
  by have := uniq_leq_size un sub; rewrite size_traject ltnn.
have later q : (i <= q)%N -> iter (q + (m - i)) t s = iter q t s.
  move=> iq; rewrite -(subnK iq) -addnA subnKC ?(ltnW im) //.
  by rewrite !iterD -e.
have many k q : (i <= q)%N -> iter (q + k * (m - i)) t s = iter q t s.
  move=> iq; elim: k => [|k IH]; first by rewrite mul0n addn0.
  by rewrite mulSnr addnA later ?IH // (leq_trans iq) // leq_addr.
have pK : (m - i %| K)%N by rewrite dvdn_fact // subn_gt0 im leq_subr.
have iK : (i <= K)%N by apply: leq_trans (ltnW im) (fact_geq m).
by rewrite -{2}(divnK pK) many.
Qed.

(** * 3. Layers whose states are vectors *)
Section Layer.
Variables (R : realFieldType) (n : nat).
Implicit Types (u v h : 'cV[R]_n).

Lemma dot_null u : dot u u <= 0 -> u = 0.
Proof.
rewrite /dot mxE => le0; have ge0 (i : 'I_n) : true -> 0 <= u^T 0 i * u i 0.
  by rewrite mxE -expr2 sqr_ge0.
have /eqP : \sum_i u^T 0 i * u i 0 == 0 by rewrite eq_le le0 sumr_ge0.
move=> /(psumr_eq0P ge0) u0; apply/colP => i; have := u0 i isT.
by rewrite !mxE -expr2 => /eqP; rewrite sqrf_eq0 => /eqP.
Qed.
Lemma dotDr u v v' : dot u (v + v') = dot u v + dot u v'.
Proof. by rewrite /dot mulmxDr mxE. Qed.

(** |A| <= 1 *)
Definition nonexpansive (A : 'M[R]_n) := forall v, dot (A *m v) (A *m v) <= dot v v.

Variables (good : pred nat) (A : nat -> 'M[R]_n) (b : nat -> 'cV[R]_n) (h0 : 'cV[R]_n).
Hypothesis nonexp : forall a, good a -> nonexpansive (A a).
Definition act w h := foldl (fun h a => A a *m h + b a) h w.
Definition lin w : 'M[R]_n := foldl (fun P a => A a *m P) 1%:M w.

Lemma lin_foldl w (P : 'M[R]_n) : foldl (fun P a => A a *m P) P w = lin w *m P.
Proof.
rewrite /lin; elim/last_ind: w => [|w a IH]; first by rewrite mul1mx.
by rewrite !foldl_rcons IH mulmxA.
Qed.
Lemma lin_cat w w' : lin (w ++ w') = lin w' *m lin w.
Proof. by rewrite /lin foldl_cat lin_foldl. Qed.
Lemma act_cat w w' h : act (w ++ w') h = act w' (act w h).
Proof. by rewrite /act foldl_cat. Qed.
Lemma act_lin w h h' : act w h - act w h' = lin w *m (h - h').
Proof.
elim/last_ind: w => [|w a IH]; first by rewrite mul1mx.
rewrite /act /lin !foldl_rcons -/(act w h) -/(act w h') -/(lin w).
by rewrite opprD addrACA subrr addr0 -mulmxBr IH mulmxA.
Qed.
Lemma act_times k w h : act (times k w) h = iter k (act w) h.
Proof.
elim: k h => //= k IH h.
by rewrite /times /= -/(times k w) act_cat IH -iterSr.
Qed.
Lemma lin_nonexp w : all good w -> nonexpansive (lin w).
Proof.
elim/last_ind: w => [|w a IH]; first by move=> _ v; rewrite mul1mx.
rewrite all_rcons => /andP [ga gw] v; rewrite /lin foldl_rcons -/(lin w) -mulmxA.
by apply: le_trans (nonexp ga _) _; apply: IH.
Qed.

Variable S : seq 'cV[R]_n.
Definition reach h := exists w, all good w /\ h = act w h0.
Hypothesis finite : forall h, reach h -> h \in S.

Lemma reach_act w h : all good w -> reach h -> reach (act w h).
Proof. by move=> gw [w' [gw' ->]]; exists (w' ++ w); rewrite all_cat gw' gw act_cat. Qed.

(** The span of the differences: what all matrices kill that kill these. *)
Definition span v := forall P : 'M[R]_n,
  (forall h h', reach h -> reach h' -> P *m (h - h') = 0) -> P *m v = 0.
Lemma span_diff h h' : reach h -> reach h' -> span (h - h').
Proof. by move=> rh rh' P; apply. Qed.
Lemma span_sub u v : span u -> span v -> span (u - v).
Proof. by move=> su sv P kills; rewrite mulmxBr su ?sv ?subr0. Qed.
Lemma span_lin w v : all good w -> span v -> span (lin w *m v).
Proof.
move=> gw sv P kills; rewrite mulmxA; apply: sv => h h' rh rh'.
by rewrite -mulmxA -act_lin kills //; apply: reach_act.
Qed.
Lemma span_eq (P Q : 'M[R]_n) v :
  (forall h h', reach h -> reach h' -> P *m (h - h') = Q *m (h - h')) ->
  span v -> P *m v = Q *m v.
Proof.
move=> e /(_ (P - Q)) sv; apply/eqP; rewrite -subr_eq0 -mulmxBl; apply/eqP/sv => h h' rh rh'.
by rewrite mulmxBl e ?subrr.
Qed.

(** ** One idempotent *)
Definition idem w := all good w /\ forall h, reach h -> act w (act w h) = act w h.

Lemma times_idem w : all good w -> exists k, (0 < k)%N /\ idem (times k w).
Proof.
move=> gw; exists (size S)`!; split; first exact: fact_gt0.
have gt k : all good (times k w) by elim: k => //= k IH; rewrite /times /= all_cat gw.
split=> // h rh; rewrite -act_cat !act_times.
have -> : act (times (size S)`! w ++ times (size S)`! w) h = iter ((size S)`! + (size S)`!) (act w) h.
  by rewrite act_cat !act_times -iterD.
apply: (power_idempotent (reach := reach)) => //.
by move=> s; apply: reach_act.
Qed.

Section Projection.
Variable w : seq nat.
Hypothesis iw : idem w.
Local Notation E := (lin w).

Lemma lin_idem v : span v -> E *m (E *m v) = E *m v.
Proof.
rewrite mulmxA; apply: span_eq => h h' rh rh'.
by rewrite -mulmxA -!act_lin !iw.2.
Qed.

Lemma orthogonal u v : E *m u = u -> E *m v = 0 -> dot u v = 0.
Proof.
move=> Eu Ev; apply: (quadratic_null (dot_ge0 v)) => c.
have le : dot u u <= dot (u + c *: v) (u + c *: v).
  have := lin_nonexp iw.1 (u + c *: v).
  by rewrite mulmxDr -scalemxAr Eu Ev scaler0 addr0.
suff -> : 2%:R * c * dot u v + c ^+ 2 * dot v v = dot (u + c *: v) (u + c *: v) - dot u u.
  by rewrite subr_ge0.
rewrite !dotDr !dotZr ![dot (_ + _) _]dotC !dotDr !dotZr [dot v u]dotC; ring.
Qed.

Lemma self_adjoint u v : span u -> span v -> dot (E *m u) v = dot u (E *m v).
Proof.
move=> su sv.
have o1 : dot (E *m u) (v - E *m v) = 0.
  by apply: orthogonal; rewrite ?mulmxBr lin_idem // subrr.
have o2 : dot (E *m v) (u - E *m u) = 0.
  by apply: orthogonal; rewrite ?mulmxBr lin_idem // subrr.
move: o1 o2; rewrite !dotBr => /eqP; rewrite subr_eq0 => /eqP -> /eqP.
by rewrite subr_eq0 => /eqP; rewrite [dot _ u]dotC => ->; rewrite dotC.
Qed.

Lemma projected_whole u : span u -> dot u u <= dot (E *m u) (E *m u) -> E *m u = u.
Proof.
move=> su le; apply/esym/eqP; rewrite -subr_eq0; apply/eqP/dot_null.
have uEu : dot u (E *m u) = dot (E *m u) (E *m u).
  by rewrite self_adjoint ?lin_idem //; apply: span_lin => //; case: iw.
rewrite dotBr ![dot (_ - _) _]dotC !dotBr uEu [dot (E *m u) u]dotC uEu subrr subr0.
by rewrite subr_le0.
Qed.
End Projection.

(** ** Two of them *)
Section Pair.
Variables f g : seq nat.
Hypotheses (i_f : idem f) (i_g : idem g).
Local Notation E := (lin f).
Local Notation F := (lin g).
Let gf : all good f := i_f.1.
Let gg : all good g := i_g.1.
Let m := f ++ g ++ f.
Let gm : all good m.
Proof. by rewrite /m !all_cat gf gg. Qed.
Local Notation M := (lin m).

Lemma lin_m v : M *m v = E *m (F *m (E *m v)).
Proof. by rewrite /m !lin_cat !mulmxA. Qed.

Lemma adjoint_m u v : span u -> span v -> dot (M *m u) v = dot u (M *m v).
Proof.
move=> su sv; have sEu : span (E *m u) by apply: span_lin.
have sEv : span (E *m v) by apply: span_lin.
rewrite !lin_m (self_adjoint i_f) //; last exact: span_lin.
by rewrite (self_adjoint i_g) // (self_adjoint i_f) //; apply: span_lin.
Qed.

Lemma good_times k : all good (times k m).
Proof. by elim: k => //= k IH; rewrite /times /= all_cat gm. Qed.
Lemma lin_timesS k v : lin (times k.+1 m) *m v = lin (times k m) *m (M *m v).
Proof. by rewrite /times /= -/(times k m) lin_cat mulmxA. Qed.
Lemma lin_timesSr k v : lin (times k.+1 m) *m v = M *m (lin (times k m) *m v).
Proof.
elim: k v => [|k IH] v; first by rewrite lin_timesS /times /= mul1mx /lin /= mul1mx.
by rewrite lin_timesS IH -lin_timesS.
Qed.

(** What a power of M keeps, E and F keep. *)
Lemma m_keeps v : span v -> exists k, M *m (lin (times k.+1 m) *m v) = lin (times k.+1 m) *m v.
Proof.
move=> sv; have [[|k] [// _ ik]] := times_idem gm; exists k.
set w := lin (times k.+1 m) *m v; have sw : span w by apply: span_lin (good_times _) sv.
have ww : lin (times k m) *m (M *m w) = w by rewrite -lin_timesS /w lin_idem.
have le1 : dot w w <= dot (M *m w) (M *m w).
  by rewrite -{1 2}ww; apply: lin_nonexp; apply: good_times.
have sEw : span (E *m w) by apply: span_lin.
have Ew : E *m w = w.
  apply: (projected_whole i_f) => //; apply: le_trans le1 _; rewrite lin_m.
  by apply: le_trans (lin_nonexp gf _) _; apply: lin_nonexp.
have Fw : F *m w = w.
  apply: (projected_whole i_g) => //; apply: le_trans le1 _; rewrite lin_m Ew.
  exact: lin_nonexp.
by rewrite lin_m Ew Fw.
Qed.

Lemma m_idem v : span v -> M *m (M *m v) = M *m v.
Proof.
move=> sv; have [k keep] := m_keeps sv.
have sd : span (M *m v - v) by apply: span_sub => //; apply: span_lin.
have : lin (times k.+1 m) *m (M *m v - v) = 0.
  by rewrite mulmxBr -[X in X - _]lin_timesS lin_timesSr keep subrr.
suff down j : lin (times j.+1 m) *m (M *m v - v) = 0 -> M *m (M *m v - v) = 0.
  by move/down; rewrite mulmxBr => /eqP; rewrite subr_eq0 => /eqP.
elim: j => [|j IH]; first by rewrite lin_timesSr /times /= /lin /= mul1mx.
move=> z; apply: IH; apply: dot_null.
have sj i : span (lin (times i m) *m (M *m v - v)) by apply: span_lin (good_times _) sd.
by rewrite {1}lin_timesSr adjoint_m // -lin_timesSr z /dot mulmx0 mxE.
Qed.

Lemma commute v : span v -> E *m (F *m v) = F *m (E *m v).
Proof.
move=> sv; have sE u : span u -> span (E *m u) by apply: span_lin.
have sF u : span u -> span (F *m u) by apply: span_lin.
have sM u : span u -> span (M *m u) by apply: span_lin.
have FE u : span u -> M *m u = F *m (E *m u).
  move=> su; have sEu := sE _ su; have sFEu := sF _ sEu.
  rewrite lin_m; apply: (projected_whole i_f sFEu).
  rewrite -lin_m (adjoint_m su (sM _ su)) (m_idem su).
  by rewrite (self_adjoint i_g sEu sFEu) (lin_idem i_g sEu) (self_adjoint i_f su sFEu) lin_m.
have sd : span (M *m v - E *m (F *m v)) by apply: span_sub; [exact: sM | exact: (sE _ (sF _ sv))].
rewrite -(FE _ sv); apply/esym/eqP; rewrite -subr_eq0; apply/eqP/dot_null.
set d := M *m v - _ in sd *; suff -> : dot d d = 0 by [].
have -> : dot d d = dot d (M *m v) - dot d (E *m (F *m v)) by rewrite -dotBr.
rewrite -(self_adjoint i_f sd (sF _ sv)) -(self_adjoint i_g (sE _ sd) sv).
by rewrite -(FE _ sd) (adjoint_m sd sv) subrr.
Qed.

Theorem f_forgotten h : reach h -> act (f ++ g ++ f) h = act (g ++ f) h.
Proof.
move=> rh; rewrite !act_cat; apply/eqP; rewrite -subr_eq0; apply/eqP.
have rf : reach (act f h) by apply: reach_act.
rewrite !act_lin commute; last by apply: span_diff.
by rewrite -act_lin i_f.2 // subrr mulmx0.
Qed.
End Pair.
End Layer.

(** * 4. Layers whose states are n x d matrices, and the theorem *)
Section Main.
Variable R : realFieldType.

Record one_layer := OneLayer {
  o_n : nat; o_d : nat;
  o_A : nat -> 'M[R]_o_n; o_B : nat -> 'M[R]_(o_n, o_d); o_start : 'M[R]_(o_n, o_d);
  o_out : 'M[R]_(o_n, o_d) -> option nat -> nat }.
Definition run (L : one_layer) (w : seq nat) : 'M[R]_(o_n L, o_d L) :=
  foldl (fun H a => o_A L a *m H + o_B L a) (o_start L) w.
(** None for the empty word *)
Definition last_letter (w : seq nat) : option nat := last None [seq Some a | a <- w].
Definition recognises (D : LrnnCert.dfa) (L : one_layer) :=
  forall w, letters D w -> o_out (run L w) (last_letter w) = label D w.
Definition finitely_many (D : LrnnCert.dfa) (L : one_layer) :=
  exists S : seq 'M[R]_(o_n L, o_d L), forall w, letters D w -> run L w \in S.
Definition non_expansive (D : LrnnCert.dfa) (L : one_layer) :=
  forall a, (a < LrnnCert.d_syms D)%N -> nonexpansive (o_A L a).

Lemma columnwise_nonexpansive n d (A : 'M[R]_n) : nonexpansive A -> nonexpansive (columnwise d A).
Proof.
move=> ne u; have [H ->] := as_columns u; rewrite columnwiseE !dot_columns.
by apply: ler_sum => j _; rewrite col_mulmx.
Qed.

Lemma no_layer_over (D : LrnnCert.dfa) (u x y z : seq nat) o1 o2 : is_obstruction D u x y z o1 o2 ->
  forall L : one_layer, non_expansive D L -> finitely_many D L -> ~ recognises D L.
Proof.
case/and5P => cl lu lx ly /and4P [lz ix iy /and3P [/eqP <- /eqP <- differ]] L ne [S fin] rec.
pose vec (H : 'M[R]_(o_n L, o_d L)) : 'cV[R]_(o_n L * o_d L) := (mxvec H)^T.
have vec_inj : injective vec by move=> H K /(congr1 trmx); rewrite !trmxK => /(can_inj mxvecK).
pose A a := columnwise (o_d L) (o_A L a); pose b a := vec (o_B L a).
pose good : pred nat := fun a => (a < LrnnCert.d_syms D)%N; pose h0 := vec (o_start L).
have vec_run w : vec (run L w) = act A b w h0.
  elim/last_ind: w => // w a IH; rewrite /run /act !foldl_rcons -/(run L w) -/(act A b w h0) -IH.
  by rewrite /A columnwiseE /vec linearD linearD.
have ne' a : good a -> nonexpansive (A a) by move=> /ne; apply: columnwise_nonexpansive.
have fin' h : reach good A b h0 h -> h \in map vec S.
  by move=> [w [lw ->]]; rewrite -vec_run map_f ?fin.
have [k [k0 idx]] := times_idem fin' lx; have [l [l0 idy]] := times_idem fin' ly.
have same : run L (u ++ times k x ++ times l y ++ times k x ++ z) =
            run L (u ++ times l y ++ times k x ++ z).
  apply: vec_inj; rewrite !vec_run.
  have cat w w' h : act A b (w ++ w') h = act A b w' (act A b w h) by apply: act_cat.
  rewrite [LHS]cat [RHS]cat; set h := act A b u h0.
  have rh : reach good A b h0 h by exists u.
  have := f_forgotten ne' fin' idx idy rh; rewrite !cat => e.
  by rewrite e.
have lk w i : letters D w -> letters D (times i w).
  by move=> lw; elim: i => //= i IH; rewrite /times /letters /= all_cat; apply/andP.
have l1 : letters D (u ++ times k x ++ times l y ++ times k x ++ z).
  by rewrite /letters !all_cat; apply/and5P; split=> //; apply: lk.
have l2 : letters D (u ++ times l y ++ times k x ++ z).
  by rewrite /letters !all_cat; apply/and4P; split=> //; apply: lk.
have st0 : is_state D (LrnnCert.d_init D) by case/andP: cl.
have stu : is_state D (after D (LrnnCert.d_init D) u) by apply: state_after.
have cat q w w' : after D q (w ++ w') = after D (after D q w) w' by rewrite /after foldl_cat.
have sx q : is_state D q -> is_state D (after D q x) by move=> sq; apply: state_after.
have sy q : is_state D q -> is_state D (after D q y) by move=> sq; apply: state_after.
have xk q : is_state D q -> after D q (times k x) = after D q x.
  by move=> sq; apply: times_after.
have yl q : is_state D q -> after D q (times l y) = after D q y.
  by move=> sq; apply: times_after.
have e1 : label D (u ++ times k x ++ times l y ++ times k x ++ z) = label D (u ++ x ++ y ++ x ++ z).
  by rewrite !labelE !cat (xk _ stu) (yl _ (sx _ stu)) (xk _ (sy _ (sx _ stu))).
have e2 : label D (u ++ times l y ++ times k x ++ z) = label D (u ++ y ++ x ++ z).
  by rewrite !labelE !cat yl // xk //; apply: sy.
have same_last : last_letter (u ++ times k x ++ times l y ++ times k x ++ z) =
                 last_letter (u ++ times l y ++ times k x ++ z).
  have suffix w v : v != [::] -> last_letter (w ++ v) = last_letter v.
    by case: v => // c v _; rewrite /last_letter map_cat last_cat.
  have [nil|long] := eqVneq (times k x ++ z) [::]; last first.
    by move: (times k x ++ z) long => v long; rewrite !catA !(suffix _ v long).
  case/eqP: differ; congr (label D (u ++ _)); case: (k) k0 nil => // k' _.
  by rewrite /times /= -catA; case: (x).
by case/eqP: differ; rewrite -e1 -e2 -(rec _ l1) -(rec _ l2) same same_last.
Qed.

(** * 5. What is possible in the same model *)

(** One coordinate for each state, a letter moves it: for any maps. *)
Section OneHot.
Variables (n : nat) (D : LrnnCert.dfa) (t : nat -> 'I_n -> 'I_n) (q0 : 'I_n) (out : 'I_n -> nat).
Hypothesis follows : forall w, letters D w -> label D w = out (foldl (fun q a => t a q) q0 w).
Definition map_matrix (s : 'I_n -> 'I_n) : 'M[R]_n := \matrix_(i, j) (i == s j)%:R.
Definition hot_state (H : 'cV[R]_n) : nat := if [pick q | H == delta_mx q 0] is Some q then out q else 0%N.
Definition one_hot := @OneLayer n 1 (fun a => map_matrix (t a)) (fun _ => 0) (delta_mx q0 0)
  (fun H _ => hot_state H).

Lemma map_matrix_hot s q : map_matrix s *m delta_mx q (0 : 'I_1) = delta_mx (s q) 0.
Proof.
rewrite -colE; apply/colP => i; rewrite !mxE eqxx andbT.
by [].
Qed.
Lemma run_one_hot w : run one_hot w = delta_mx (foldl (fun q a => t a q) q0 w) 0.
Proof.
elim/last_ind: w => // w a IH.
by rewrite /run !foldl_rcons -/(run one_hot w) IH /= addr0 map_matrix_hot.
Qed.

Theorem any_matrices_possible : finitely_many D one_hot /\ recognises D one_hot.
Proof.
split=> [|w lw].
  exists [seq delta_mx q 0 | q <- enum 'I_n] => w _.
  rewrite run_one_hot; apply/mapP; exists (foldl (fun q a => t a q) q0 w) => //.
  exact: mem_enum.
rewrite follows // run_one_hot /= /hot_state; case: pickP => [q /eqP e|/(_ _) no].
  have := congr1 (fun H : 'cV[R]_n => H q 0) e; rewrite !mxE !eqxx !andbT.
  by case: eqP => [-> //|_ /eqP]; rewrite eq_sym oner_eq0.
by have := no (foldl (fun q a => t a q) q0 w); rewrite eqxx.
Qed.

Theorem permutations_possible :
  (forall a, (a < LrnnCert.d_syms D)%N -> injective (t a)) -> non_expansive D one_hot.
Proof.
move=> inj a /inj {}inj v.
have dotE (w : 'cV[R]_n) : dot w w = \sum_i w i 0 * w i 0.
  by rewrite /dot mxE; apply: eq_bigr => i _; rewrite mxE.
rewrite !dotE [X in X <= _](reindex_inj inj) /=.
suff e j : (map_matrix (t a) *m v) (t a j) 0 = v j 0.
  by rewrite le_eqVlt; apply/orP; left; apply/eqP/eq_bigr => j _; rewrite e.
rewrite mxE (bigD1 j) //= mxE eqxx mul1r big1 ?addr0 // => i ij.
by rewrite mxE (inj_eq inj) eq_sym (negbTE ij) mul0r.
Qed.
End OneHot.
End Main.

(** What an exported instance says of its automaton. *)
Definition no_layer_recognises (D : LrnnCert.dfa) := forall (R : realFieldType) (L : one_layer R),
  non_expansive D L -> finitely_many D L -> ~ recognises D L.

Theorem no_single_layer D u x y z l l' : is_obstruction D u x y z l l' = true -> no_layer_recognises D.
Proof. by move=> obs R; apply: no_layer_over obs. Qed.

(** The first letter is 0: states 1 (nothing read), 2 (yes), 3 (no).  No non-expansive layer
    recognises it, but one whose matrices expand does. *)
Definition first_dfa : LrnnCert.dfa := LrnnCert.DFA 2 1
  (LrnnCert.mk_map [:: [:: 2; 3]; [:: 2; 2]; [:: 3; 3]]%positive) (LrnnCert.mk_map [:: 0; 1; 0]%N).
Theorem first_letter_impossible : no_layer_recognises first_dfa.
Proof. by apply: (@no_single_layer _ [::] [:: 0]%N [:: 1]%N [::] 1%N 0%N); vm_compute. Qed.

Theorem first_letter_possible (R : realFieldType) : exists L : one_layer R,
  finitely_many first_dfa L /\ recognises first_dfa L.
Proof.
pose t (a : nat) (q : 'I_3) : 'I_3 :=
  if q == inord 0 then (if a == 0%N then inord 1 else inord 2) else q.
pose out (q : 'I_3) : nat := q == inord 1.
pose state (q : 'I_3) : positive := Pos.of_succ_nat q.
exists (one_hot R t (inord 0) out); apply: any_matrices_possible => w lw; rewrite labelE.
have lab q : LrnnCert.d_label first_dfa (state q) = out q.
  by rewrite /out /state -val_eqE /= inordK //; case: q => [[|[|[|//]]] i].
have step a q : (a < 2)%N -> LrnnCert.d_step first_dfa (state q) a = state (t a q).
  rewrite /t /state -val_eqE /= inordK //; case: q => [[|[|[|//]]] i] /=; case: a => [|[|//]] _ //=;
    by rewrite ?inordK.
rewrite -lab; congr (LrnnCert.d_label _ _).
have -> : LrnnCert.d_init first_dfa = state (inord 0) by rewrite /state inordK.
elim: w (inord 0 : 'I_3) lw => //= a w IH q /andP [la lw].
by rewrite /after /= step // -IH.
Qed.
