(** SymNoParity.v -- symmetric PSD layers with rounded states cannot decide parity, nor can
    those that weights make symmetric PSD.

    Statement ([weighted_evconst], [snet_evconst], [sym_no_parity]): stacks of any depth of
    layers h' = rnd(A(x) h + b(x)), with one monotone rounding of finite range per coordinate
    and A(x) as SymRound.v wants it, come to rest on a constant letter, so they cannot decide
    parity nor count modulo anything: finitely many states, so every constant input leads
    to a cycle, and by SymRound.v cycles are fixed points.  The possibility beside it, in
    the same model: [indefinite_parity], A = -1, symmetric and not PSD.
    Source: our own, see SymRound.v. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Statewright Require Import ParityImpossible SymRound.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

(** What has come to rest counts modulo nothing but 1. *)
Lemma evconst_no_mod_count (y : nat -> nat) (accept : nat -> bool) m : (1 < m)%N ->
  evconst y -> ~ (forall t, accept (y t) = (m %| t.+1)%N).
Proof.
move=> m1 [M [d e]] rec; pose p := (m * M.+1)%N.
have p0 : (0 < p)%N by rewrite muln_gt0 (ltnW m1).
have Mp : (M <= p.-1)%N by rewrite -ltnS prednK // leq_pmull // ltnW.
have mp : (m %| p)%N by apply: dvdn_mulr.
have := rec p; have := rec p.-1; rewrite !e ?(leq_trans Mp (leq_pred p)) // prednK // mp => ->.
by rewrite -addn1 dvdn_addr // dvdn1 => /esym /eqP m_1; rewrite m_1 in m1.
Qed.

Section S.
Variable R : realFieldType.
Record slayer := SLayer {
  sn : nat; sA : nat -> 'M[R]_sn; sb : nat -> 'cV[R]_sn; s0 : 'cV[R]_sn;
  sK : nat; sc : 'I_sn -> R -> nat; sv : 'I_sn -> nat -> R;
  sdec : {ffun 'I_sn -> nat} -> nat -> nat;
  s_mono : forall i a b, a <= b -> (sc i a <= sc i b)%N;
  s_bnd : forall i a, (sc i a <= sK)%N;
  s_vmono : forall i j, sv i j <= sv i j.+1 }.
Arguments sc : clear implicits. Arguments sv : clear implicits. Arguments sdec : clear implicits.
Definition symmetric_psd (L : slayer) := forall a,
  (sA L a)^T = sA L a /\ (forall u : 'cV[R]_(sn L), 0 <= (u^T *m sA L a *m u) 0 0).
(** The weights may depend on the letter. *)
Definition weighted_layer (L : slayer) := forall a, weighted_psd (sA L a).
Lemma symmetric_weighted L : symmetric_psd L -> weighted_layer L.
Proof. by move=> sp a; apply: sym_psd_weighted; apply: sp. Qed.
Fixpoint sst (L : slayer) (x : nat -> nat) t : 'cV[R]_(sn L) :=
  if t is t'.+1 then rndv (sc L) (sv L) (sA L (x t') *m sst L x t' + sb L (x t')) else s0 L.
(** the decoder sees the format codes of the new state *)
Definition scode (L : slayer) (x : nat -> nat) t : {ffun 'I_(sn L) -> nat} :=
  [ffun i => sc L i ((sA L (x t) *m sst L x t + sb L (x t)) i 0)].
Definition sout L x t := sdec L (scode L x t) (x t).
Definition snet (N : seq slayer) x := foldl (fun y L => sout L y) x N.

(** Finitely many codes: a letter that stays leads around a cycle of states. *)
Lemma sst_cycles L x : evconst x -> exists M k a, [/\ (0 < k)%N,
  forall t, (M <= t)%N -> x t = a & forall u, sst L x (M + u + k) = sst L x (M + u)].
Proof.
move=> [N [a xa]]; pose z s := sst L x (N + s).
pose y s : 'cV[R]_(sn L) := sA L a *m z s + sb L a.
have zS s : z s.+1 = rndv (sc L) (sv L) (y s) by rewrite /z addnS /= xa ?leq_addr.
pose code s : {ffun 'I_(sn L) -> 'I_(sK L).+1} := [ffun i => inord (sc L i (y s i 0))].
have zcode s t : code s = code t -> z s.+1 = z t.+1.
  move=> e; rewrite !zS; apply/colP => i; rewrite !mxE; congr (sv L i _).
  have /ffunP /(_ i) := e; rewrite !ffunE => /(congr1 (@nat_of_ord (sK L).+1)).
  have lt u : (sc L i (y u i 0%R) < (sK L).+1)%N by rewrite ltnS; apply: s_bnd.
  by rewrite (inordK (lt s)) (inordK (lt t)) /y !mxE.
pose m := #|{ffun 'I_(sn L) -> 'I_(sK L).+1}|.
have ninj : ~~ injectiveb (fun i : 'I_m.+1 => code i).
  by apply/negP => /injectiveP /leq_card; rewrite card_ord ltnn.
have [s [k [k0 e]]] : exists s k, (0 < k)%N /\ code s = code (s + k)%N.
  have /injectivePn [i [j ij e]] := ninj.
  case: (ltngtP i j) => [lt|lt|/val_inj eq]; last by rewrite eq eqxx in ij.
    by exists i, (j - i)%N; rewrite subn_gt0 lt subnKC ?(ltnW lt).
  by exists j, (i - j)%N; rewrite subn_gt0 lt subnKC ?(ltnW lt).
exists (N + s.+1)%N, k, a; split=> // [t Nt|u]; first by rewrite xa // (leq_trans _ Nt) ?leq_addr.
have -> : (N + s.+1 + u + k = N + (s.+1 + u + k))%N by rewrite -!addnA.
rewrite -[(N + s.+1 + u)%N]addnA -![sst L x _]/(z _); elim: u => [|u IH].
  by rewrite !addn0 addSn; apply/esym/zcode.
by rewrite !addnS addSn !zS /y IH.
Qed.

Section Cycle.
Variables (L : slayer) (x : nat -> nat) (M a : nat).
Hypothesis xa : forall t, (M <= t)%N -> x t = a.
Lemma sst_step u : sst L x (M + u.+1) =
  rndv (sc L) (sv L) (sA L a *m sst L x (M + u) + sb L a).
Proof. by rewrite addnS /= xa ?leq_addr. Qed.
Lemma scode_after t : (M <= t)%N -> scode L x t =
  [ffun i => sc L i ((sA L a *m sst L x (M + (t - M)) + sb L a) i 0)].
Proof. by move=> Mt; apply/ffunP => i; rewrite !ffunE xa // subnKC. Qed.
End Cycle.

Lemma scode_evconst L x : weighted_layer L -> evconst x -> evconst (scode L x).
Proof.
move=> sp xc; have [M [k [a [k0 xa wp]]]] := sst_cycles L xc.
have [g Ag] := sp a.
have fix1 := weighted_cycle_is_fixed Ag k0 (@s_mono L) (@s_bnd L) (@s_vmono L) (sst_step L xa) _.
have wc u : sst L x (M + u) = sst L x (M + 0) by elim: u => // u <-; rewrite fix1 // => t; rewrite addnA wp.
exists M, [ffun i => sc L i ((sA L a *m sst L x (M + 0) + sb L a) i 0)] => t Mt.
by rewrite (scode_after L xa) // wc.
Qed.

Lemma sout_evconst L x : weighted_layer L -> evconst x -> evconst (sout L x).
Proof.
move=> sp xc; have [N [a xa]] := xc; have [M [f fc]] := scode_evconst sp xc.
exists (maxn N M), (sdec L f a) => t; rewrite geq_max => /andP [Nt Mt].
by rewrite /sout xa // fc.
Qed.

Theorem weighted_evconst (N : seq slayer) x : (forall L, List.In L N -> weighted_layer L) ->
  evconst x -> evconst (snet N x).
Proof.
rewrite /snet; elim: N x => [|L N IH] x sp xc //=.
apply: IH; first by move=> L' h; apply: sp; right.
by apply: sout_evconst => //; apply: sp; left.
Qed.

Theorem snet_evconst (N : seq slayer) x : (forall L, List.In L N -> symmetric_psd L) ->
  evconst x -> evconst (snet N x).
Proof. by move=> sp; apply: weighted_evconst => L /sp /symmetric_weighted. Qed.

Theorem weighted_no_mod_count (N : seq slayer) (accept : nat -> bool) m : (1 < m)%N ->
  (forall L, List.In L N -> weighted_layer L) ->
  ~ (forall t, accept (snet N (fun _ => 1%N) t) = (m %| t.+1)%N).
Proof.
move=> m1 sp; apply: evconst_no_mod_count m1 _.
by apply: weighted_evconst sp _; exists 0%N, 1%N.
Qed.

Theorem weighted_no_parity (N : seq slayer) (accept : nat -> bool) :
  (forall L, List.In L N -> weighted_layer L) ->
  ~ (forall t, accept (snet N (fun _ => 1%N) t) = odd t.+1).
Proof.
move=> sp rec; apply: (@weighted_no_mod_count N (fun y => ~~ accept y) 2) => // t.
by rewrite rec dvdn2.
Qed.

Theorem sym_no_parity (N : seq slayer) (accept : nat -> bool) :
  (forall L, List.In L N -> symmetric_psd L) ->
  ~ (forall t, accept (snet N (fun _ => 1%N) t) = odd t.+1).
Proof. by move=> sp; apply: weighted_no_parity => L /sp /symmetric_weighted. Qed.

(** One coordinate, rounded to -1 or 1, and A = -1. *)
Definition sign_code (x : R) : nat := (0 < x)%R.
Lemma sign_code_mono a b : a <= b -> (sign_code a <= sign_code b)%N.
Proof. by rewrite /sign_code; case: (ltP 0 a) => // a0 ab; rewrite (lt_le_trans a0 ab). Qed.
Lemma sign_code_bnd a : (sign_code a <= 1)%N.
Proof. by rewrite /sign_code; case: (0 < a). Qed.
Definition sign_value (j : nat) : R := if j is 0%N then -1 else 1.
Lemma sign_value_mono j : sign_value j <= sign_value j.+1.
Proof. by rewrite /sign_value; case: j => [|j]; rewrite ?lexx // (le_trans (lerN10 R) ler01). Qed.
Definition indefinite_layer : slayer :=
  @SLayer 1 (fun _ => (-1)%:M) (fun _ => 0) (-1)%:M 1 (fun _ => sign_code)
    (fun _ => sign_value) (fun f _ => f ord0) (fun _ => sign_code_mono)
    (fun _ => sign_code_bnd) (fun _ => sign_value_mono).

Theorem indefinite_parity t :
  (snet [:: indefinite_layer] (fun _ => 1%N) t == 1)%N = odd t.+1.
Proof.
have st n : sst indefinite_layer (fun _ => 1%N) n = (if odd n then 1 else -1)%:M.
  elim: n => [|n IH] //=; rewrite IH; apply/colP => i; rewrite !ord1 mxE addr0 /= -scalar_mxM.
  rewrite !mxE !eqxx !mulr1n /sign_code.
  by case: (odd n) => /=; rewrite ?mulr1 ?mulrNN ?mulr1 ?ltr01 // oppr_gt0 ltr10.
rewrite /snet /= /sout /= ffunE /= st addr0 -scalar_mxM !mxE !eqxx !mulr1n /sign_code.
by case: (odd t) => /=; rewrite ?mulr1 ?mulrNN ?mulr1 ?ltr01 // oppr_gt0 ltr10.
Qed.
End S.
