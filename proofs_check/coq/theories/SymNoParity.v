(** SymNoParity.v -- symmetric PSD layers with rounded states cannot decide parity.

    Statement ([snet_evconst], [sym_no_parity]): stacks of any depth of layers h' = rnd(A(x) h + b(x))
    with A(x) symmetric positive semidefinite and one monotone rounding of finite range
    per coordinate come to rest on a constant letter, so they cannot decide parity nor
    count modulo anything: finitely many states, so every constant input
    leads to a cycle, and by SymRound.v cycles are fixed points.  The possibility beside
    it, in the same model: [indefinite_parity], A = -1, symmetric and not PSD.
    Source: our own, see SymRound.v. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Statewright Require Import ParityImpossible SymRound.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

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
Fixpoint sst (L : slayer) (x : nat -> nat) t : 'cV[R]_(sn L) :=
  if t is t'.+1 then rndv (sc L) (sv L) (sA L (x t') *m sst L x t' + sb L (x t')) else s0 L.
(** the decoder sees the format codes of the new state *)
Definition scode (L : slayer) (x : nat -> nat) t : {ffun 'I_(sn L) -> nat} :=
  [ffun i => sc L i ((sA L (x t) *m sst L x t + sb L (x t)) i 0)].
Definition sout L x t := sdec L (scode L x t) (x t).
Definition snet (N : seq slayer) x := foldl (fun y L => sout L y) x N.

Lemma sout_evconst L x : symmetric_psd L -> evconst x -> evconst (sout L x).
Proof.
move=> sp [N [a xa]]; pose z s := sst L x (N + s).
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
pose w u := z (s.+1 + u)%N.
have wS u : w u.+1 = rndv (sc L) (sv L) (sA L a *m w u + sb L a) by rewrite /w addnS zS.
have wp u : w (u + k)%N = w u.
  elim: u => [|u IH]; last by rewrite addSn !wS IH.
  by rewrite add0n /w addn0 addSn; apply/esym/zcode.
have fix1 u : w u.+1 = w u.
  exact (@sym_cycle_is_fixed R (sn L) (sA L a) (sb L a) (sp a).1 (sp a).2 k (sK L)
    (sc L) (sv L) k0 (@s_mono L) (@s_bnd L) (@s_vmono L) w wS wp u).
have wc u : w u = w 0%N by elim: u => // u <-; rewrite fix1.
exists (N + s.+1)%N, (sdec L [ffun i => sc L i ((sA L a *m w 0%N + sb L a) i 0)] a) => t Nt.
have Nt' : (N <= t)%N by apply: leq_trans Nt; apply: leq_addr.
rewrite /sout xa //; congr (sdec L _ _); apply/ffunP => i; rewrite !ffunE xa //.
congr (sc L i ((_ *m _ + _) i 0)).
by rewrite -(subnKC Nt) -addnA -(wc (t - (N + s.+1))%N).
Qed.

Theorem snet_evconst (N : seq slayer) x : (forall L, List.In L N -> symmetric_psd L) ->
  evconst x -> evconst (snet N x).
Proof.
rewrite /snet; elim: N x => [|L N IH] x sp xc //=.
apply: IH; first by move=> L' h; apply: sp; right.
by apply: sout_evconst => //; apply: sp; left.
Qed.

Theorem sym_no_parity (N : seq slayer) (accept : nat -> bool) :
  (forall L, List.In L N -> symmetric_psd L) ->
  ~ (forall t, accept (snet N (fun _ => 1%N) t) = odd t.+1).
Proof.
move=> sp; have [|M [d e]] := @snet_evconst N (fun _ => 1%N) sp; first by exists 0%N, 1%N.
move=> rec; have := rec M; have := rec M.+1; rewrite !e //=.
by move=> ->; rewrite negbK; case: (odd M).
Qed.

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
