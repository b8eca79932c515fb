(** OverflowRound.v -- the layers of KdaRound.v in formats that overflow: `once:F` in full.

    Statement ([once_evconst], [once_kda_no_parity], [once_kda_no_mod_count]): states are n x d
    matrices of codes of a format, some of which are no numbers.  A step computes A H + B
    exactly and rounds every entry to a code, monotonously; from the step after that on, a
    column with a code that is no number is NaN in every entry and stays so
    (core/lrnn/rounded.hpp).  Decoders see all codes.  Still: stacks of any depth of KDA or
    gated delta layers come to rest on a constant letter and count modulo nothing.
    Proof.  A column that ever holds what is no number rests at NaN.  One that never does is
    a layer of SymNoParity.v.  Columns do not see each other.
    The possibility beside it: [once_beta_two_parity], and the other layers of KdaRound.v are
    of this model too ([of_slayer_out]).
    Source: our own. *)
From Coq Require Import Classical.
From mathcomp Require Import all_ssreflect all_algebra.
From Statewright Require Import ParityImpossible SymRound SymNoParity KdaRound.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

Section S.
Variable R : realFieldType.
Record olayer := OLayer {
  on : nat; od : nat; oA : nat -> 'M[R]_on; oB : nat -> 'M[R]_(on, od);
  o0 : 'I_od -> option 'cV[R]_on;      (* the start, column by column *)
 
  oK : nat; oc : 'I_on -> R -> nat; ov : 'I_on -> nat -> R;
  number : nat -> bool;      (* the codes that are numbers; ov is about no others *)
  odec : {ffun 'I_od -> option {ffun 'I_on -> nat}} -> nat -> nat;
  o_mono : forall i a b, a <= b -> (oc i a <= oc i b)%N;
  o_bnd : forall i a, (oc i a <= oK)%N;
  o_vmono : forall i j, ov i j <= ov i j.+1 }.
Arguments oc : clear implicits. Arguments ov : clear implicits. Arguments odec : clear implicits.
Arguments number : clear implicits. Arguments o0 : clear implicits.

Section Column.
Variables (L : olayer) (x : nat -> nat) (j : 'I_(od L)).

(** What a step makes of a column of numbers, as codes. *)
Definition step_codes a (h : 'cV[R]_(on L)) : {ffun 'I_(on L) -> nat} :=
  [ffun i => oc L i ((oA L a *m h + col j (oB L a)) i 0)].
Definition numbers (f : {ffun 'I_(on L) -> nat}) := [forall i, number L (f i)].
(** The column as numbers; None if it is no longer one. *)
Fixpoint ocol t : option 'cV[R]_(on L) :=
  if t is t'.+1 then
    if ocol t' is Some h then
      if numbers (step_codes (x t') h) then Some (\col_i ov L i (step_codes (x t') h i)) else None
    else None
  else o0 L j.
(** What the decoder sees of it; None is NaN. *)
Definition ocode t : option {ffun 'I_(on L) -> nat} :=
  if ocol t is Some h then Some (step_codes (x t) h) else None.

(** The column on its own, as a layer without overflow. *)
Definition column_layer : slayer R := @SLayer R (on L) (oA L) (fun a => col j (oB L a))
  (odflt 0 (o0 L j)) (oK L) (oc L) (ov L) (fun _ _ => 0%N) (@o_mono L) (@o_bnd L) (@o_vmono L).

Lemma ocol_column : (forall t, ocol t <> None) -> forall t, ocol t = Some (sst column_layer x t).
Proof.
move=> some; elim=> [|t IH]; first by move: (some 0%N) => /=; case: (o0 L j).
have := some t.+1; rewrite /= IH.
by case: ifP => // _ _; congr Some; apply/colP => i; rewrite [LHS]mxE [RHS]mxE ffunE.
Qed.

(** A column that ever holds what is no number stays without one; one that never does is a
    layer without overflow. *)
Lemma ocode_column : (exists N, forall t, (N <= t)%N -> ocode t = None) \/
  (forall t, ocode t = Some (scode column_layer x t)).
Proof.
case: (classic (exists t, ocol t = None)) => [[t no]|none].
  left; exists t => s ts; rewrite /ocode; suff -> : ocol s = None by [].
  rewrite -(subnKC ts); elim: (s - t)%N => [|k IH]; first by rewrite addn0.
  by rewrite addnS /= IH.
have eq t : ocol t = Some (sst column_layer x t).
  by apply: ocol_column => {}t e; apply: none; exists t.
by right=> t; rewrite /ocode eq.
Qed.

Lemma ocode_evconst : (forall a, weighted_psd (oA L a)) -> evconst x -> evconst ocode.
Proof.
move=> wp xc; case: ocode_column => [[N no]|eq]; first by exists N, None.
have [N [f fc]] := @scode_evconst R column_layer x wp xc.
by exists N, (Some f) => t Nt; rewrite eq fc.
Qed.
End Column.

Definition oout (L : olayer) (x : nat -> nat) t : nat := odec L [ffun j => ocode x j t] (x t).
Definition onet (N : seq olayer) x := foldl (fun y L => oout L y) x N.
Definition weighted_olayer (L : olayer) := forall a, weighted_psd (oA L a).

Lemma oout_evconst L x : weighted_olayer L -> evconst x -> evconst (oout L x).
Proof.
move=> wp xc; have [N [a xa]] := xc.
have /fin_all_exists [M /fin_all_exists [f fc]] := fun j : 'I_(od L) => ocode_evconst j wp xc.
exists (maxn N (\max_j M j)), (odec L [ffun j => f j] a) => t; rewrite geq_max => /andP [Nt Mt].
rewrite /oout xa //; congr (odec L _ _); apply/ffunP => j; rewrite !ffunE; apply: fc.
by apply: leq_trans Mt; apply: (leq_bigmax_cond (F := M)).
Qed.

Theorem once_evconst (N : seq olayer) x : (forall L, List.In L N -> weighted_olayer L) ->
  evconst x -> evconst (onet N x).
Proof.
rewrite /onet; elim: N x => [|L N IH] x wp xc //=.
apply: IH; first by move=> L' h; apply: wp; right.
by apply: oout_evconst => //; apply: wp; left.
Qed.

Definition kda_olayer (L : olayer) := forall x, exists beta (k : 'cV[R]_(on L)) a,
  [/\ 0 <= beta, beta * dot k k <= 1, forall i, 0 <= a i & oA L x = delta beta k *m weights a].
Definition gated_delta_olayer (L : olayer) := forall x, exists c beta (k : 'cV[R]_(on L)),
  [/\ 0 <= c, 0 <= beta, beta * dot k k <= 1 & oA L x = c *: delta beta k].

Lemma kda_olayer_weighted L : kda_olayer L -> weighted_olayer L.
Proof.
move=> kda x; have [beta [k [a [b0 bk a0 ->]]]] := kda x.
by apply: gates_first_weighted => //; apply: delta_sym_psd.
Qed.
Lemma gated_delta_olayer_weighted L : gated_delta_olayer L -> weighted_olayer L.
Proof.
move=> gd x; have [c [beta [k [c0 b0 bk ->]]]] := gd x.
by apply/sym_psd_weighted/scaled_sym_psd => //; apply: delta_sym_psd.
Qed.

Theorem once_kda_no_mod_count (N : seq olayer) (accept : nat -> bool) m : (1 < m)%N ->
  (forall L, List.In L N -> kda_olayer L) ->
  ~ (forall t, accept (onet N (fun _ => 1%N) t) = (m %| t.+1)%N).
Proof.
move=> m1 kda; apply: evconst_no_mod_count m1 _.
by apply: once_evconst => [L /kda /kda_olayer_weighted //|]; exists 0%N, 1%N.
Qed.
Theorem once_kda_no_parity (N : seq olayer) (accept : nat -> bool) :
  (forall L, List.In L N -> kda_olayer L) ->
  ~ (forall t, accept (onet N (fun _ => 1%N) t) = odd t.+1).
Proof.
move=> kda rec; apply: (@once_kda_no_mod_count N (fun y => ~~ accept y) 2) => // t.
by rewrite rec dvdn2.
Qed.
Theorem once_gated_delta_no_mod_count (N : seq olayer) (accept : nat -> bool) m : (1 < m)%N ->
  (forall L, List.In L N -> gated_delta_olayer L) ->
  ~ (forall t, accept (onet N (fun _ => 1%N) t) = (m %| t.+1)%N).
Proof.
move=> m1 gd; apply: evconst_no_mod_count m1 _.
by apply: once_evconst => [L /gd /gated_delta_olayer_weighted //|]; exists 0%N, 1%N.
Qed.
Theorem once_gated_delta_no_parity (N : seq olayer) (accept : nat -> bool) :
  (forall L, List.In L N -> gated_delta_olayer L) ->
  ~ (forall t, accept (onet N (fun _ => 1%N) t) = odd t.+1).
Proof.
move=> gd rec; apply: (@once_gated_delta_no_mod_count N (fun y => ~~ accept y) 2) => // t.
by rewrite rec dvdn2.
Qed.

(** * What is possible in the same model *)

(** A layer of SymNoParity.v is one of these: one column, every code a number. *)
Definition of_slayer (L : slayer R) : olayer := @OLayer (sn L) 1 (@sA R L) (@sb R L)
  (fun _ => Some (s0 L)) (sK L) (@sc R L) (@sv R L) xpredT
  (fun f a => if f ord0 is Some c then sdec c a else 0%N) (@s_mono R L) (@s_bnd R L) (@s_vmono R L).

Lemma of_slayer_out L x t : oout (of_slayer L) x t = sout L x t.
Proof.
have col1 (M : 'M[R]_(sn L, 1)) : col (ord0 : 'I_1) M = M.
  by apply/matrixP => i k; rewrite mxE (ord1 k).
have all_numbers f : @numbers (of_slayer L) f by apply/forallP.
have e u : @ocol (of_slayer L) x ord0 u = Some (sst L x u).
  elim: u => [//|u IH]; rewrite /= IH all_numbers; congr Some.
  by apply/colP => i; rewrite [LHS]mxE [RHS]mxE ffunE /= col1.
rewrite /oout /= ffunE /ocode e /sout; congr (sdec _ _).
by apply/ffunP => i; rewrite !ffunE /= col1.
Qed.

Theorem once_beta_two_parity : exists L : olayer,
  (forall x, oA L x = delta 2%:R (const_mx 1) *m weights (fun _ => 1)) /\
  forall t, (onet [:: L] (fun _ => 1%N) t == 1)%N = odd t.+1.
Proof.
have [L [LA par]] := beta_two_parity R; exists (of_slayer L); split=> // t.
by rewrite -par -[onet _ _ t]/(oout (of_slayer L) (fun _ => 1%N) t) of_slayer_out.
Qed.
End S.
