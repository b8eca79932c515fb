(** SignedDiagFloat.v -- diagonal layers with gates of either sign, every operation
    rounded.  x -> rnd(rnd(a*x)+b) is monotone for a >= 0 and antitone for a <= 0, for
    ANY monotone rounding.  Two passes through a periodic input are monotone, so a
    layer at most doubles the period of its input: L layers have a period that divides
    2^L, and cannot test "length divisible by m" unless m divides 2^L (so not mod 3).
    The exact counterpart is PeriodTri.v, the case of non-negative gates DiagFloat.v,
    which has the possibility beside it too: [falling_parity], one coordinate, m = 2.
    Source: Grazzi et al. (ICLR 2025), Theorem 2, carried over to rounded recurrences. *)
From mathcomp Require Import all_ssreflect.
From Statewright Require Import ParityImpossible PeriodDoubling DiagFloat.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.

Definition directed (f : nat -> nat) :=
  (forall x y, x <= y -> f x <= f y) \/ (forall x y, x <= y -> f y <= f x).

Lemma directed_comp f g : directed f -> directed g -> directed (fun x => f (g x)).
Proof.
case=> a [] b; [left|right|right|left]; move=> x y xy; apply: a; exact: b.
Qed.

Lemma directed_sqr f : directed f -> forall x y, x <= y -> f (f x) <= f (f y).
Proof. by case=> a x y xy; apply: (a); apply: (a). Qed.

(** The layers of DiagFloat.v, whose codes 0 .. dK are in the order of their values. *)
Definition directed_layer (L : dlayer) := forall (i : 'I_(dn L)) c, directed (df i c).

Section Layer.
Variables (L : dlayer) (x : nat -> nat) (i : 'I_(dn L)).
Hypothesis dirL : directed_layer L.

(** What the letters s .. s+m-1 do to the coordinate. *)
Fixpoint gcomp s m (h : nat) : nat :=
  if m is m'.+1 then df i (x (s + m')) (gcomp s m' h) else h.

Lemma dst_comp s m : dst x (s + m) i = gcomp s m (dst x s i).
Proof. by elim: m => [|m IH]; rewrite ?addn0 // addnS /= IH. Qed.

Lemma gcomp_directed s m : directed (gcomp s m).
Proof. by elim: m => [|m IH] /=; [left | apply: directed_comp (dirL i _) IH]. Qed.

Lemma gcomp_add s m m' h : gcomp s (m + m') h = gcomp (s + m) m' (gcomp s m h).
Proof. by elim: m' => [|m' IH]; rewrite ?addn0 // addnS /= IH addnA. Qed.

Lemma gcomp_ext s s' m h : (forall j, j < m -> x (s + j) = x (s' + j)) ->
  gcomp s m h = gcomp s' m h.
Proof.
elim: m => //= m IH e; rewrite e // IH // => j jm.
by apply: e; apply: leqW.
Qed.
End Layer.

Lemma dout_evper L x p : directed_layer L -> 0 < p -> evper p x -> evper (2 * p) (dout L x).
Proof.
move=> dirL p0 xp2; have [N xp] := xp2; set q := 2 * p; have q0 : 0 < q by rewrite muln_gt0.
apply: (evper_decoded (z := fun i t => dst x t i)); first exact: evper_mul.
apply: (evper_residues (N := N)) => // i j; set s := N + j.
have per m k : x (s + k * p + m) = x (s + m).
  by rewrite addnAC (evper_many xp) // /s -addnA leq_addr.
apply: (@orbit_evconst (fun h => gcomp x i s p (gcomp x i s p h)) (dK L) _ 0).
- by apply: directed_sqr; apply: gcomp_directed.
- by move=> h; case: (p) p0 => // p' _ /=; apply: df_bnd.
move=> k _; have -> : s + k.+1 * q = s + k * q + (p + p).
  by rewrite mulSnr addnA /q mul2n addnn.
rewrite dst_comp gcomp_add.
have -> : s + k * q + p = s + (k * 2).+1 * p by rewrite /q mulnA mulSnr addnA.
have -> : s + k * q = s + k * 2 * p by rewrite /q mulnA.
by rewrite (gcomp_ext i (s' := s)) // (gcomp_ext i (s := s + _) (s' := s)).
Qed.

Theorem dnet_evper (N : seq dlayer) x p : (forall L, List.In L N -> directed_layer L) ->
  0 < p -> evper p x -> evper (2 ^ size N * p) (dnet N x).
Proof.
elim: N x p => [|L N IH] x p dirN p0 xp /=; first by rewrite expn0 mul1n.
rewrite expnS -mulnA mulnCA; apply: IH; first by move=> L' h; apply: dirN; right.
  by rewrite muln_gt0.
by apply: dout_evper => //; apply: dirN; left.
Qed.

Theorem signed_no_mod_count (N : seq dlayer) (accept : nat -> bool) m : 0 < m ->
  (forall L, List.In L N -> directed_layer L) ->
  (forall t, accept (dnet N (fun _ => 1) t) = (m %| t.+1)) -> m %| 2 ^ size N.
Proof.
move=> m0 dirN; apply: counted => //; rewrite -[2 ^ _]muln1.
by apply: dnet_evper => //; exists 0.
Qed.

Corollary signed_no_mod3 (N : seq dlayer) (accept : nat -> bool) :
  (forall L, List.In L N -> directed_layer L) ->
  ~ (forall t, accept (dnet N (fun _ => 1) t) = (3 %| t.+1)).
Proof.
move=> dirN rec; have := signed_no_mod_count (isT : 0 < 3) dirN rec.
by rewrite Euclid_dvdX.
Qed.
