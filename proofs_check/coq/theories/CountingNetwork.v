(** CountingNetwork.v -- what a network's file proves about counting in the cast model.

    Statement ([no_counting_check_sound]): if [no_counting_check M claims letters m]
    computes to [true], then no network with the matrices of the file M tells, on the
    words a, aa, aaa, .. of any letter a of the list, whether m divides their length:
    whatever its B, its starts, its finite monotone casts of state coordinates and its
    decoders are.  What it outputs on these words has from some length on a period that
    is a power of two ([unary_period]).  The model, the wiring and the inputs that count
    are those of CastNetwork.v, of which this is the general case: there every layer's
    matrices have real non-negative spectra.

    Let the input of a layer have the period p.  Over p steps the state is mapped by
    H -> P H + C with a product P of p matrices.  If these products have real
    non-negative spectra, the layer's output has the period p ([emits_nonneg]); if they
    have real ones, the squares have non-negative ones and it has the period 2 p
    ([emits_real]).  The evidence is that of SpectrumEvidence.v about each distinct
    product of p = 2^k matrices, which Coq multiplies out, or one order in which all
    matrices of the layer are triangular, where nothing needs to be multiplied.

    Twins, in the same model: the network with the weights 1 and -1, of which the check
    proves that it does not count modulo 3 ([turn_counts_no_three]), counts modulo 2
    (CastNetwork.turn_tells); one layer with a cyclic permutation counts modulo 3
    ([cycle_counts]), so that no certificate for it is ever accepted.
    Sources: Theorem 2 of Grazzi et al. (ICLR 2025), RealCounting.v, FORMAT.md 4.7.  The
    only axiom is the excluded middle of ParityImpossible.v. *)
From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra complex ssrZ ring.
From Statewright Require Import ParityImpossible PeriodDoubling Tight TraceHankel SpectrumCheck.
From Statewright Require Import RealCounting SpectrumEvidence CastNetwork.
From Statewright Require NetworkFile.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

(** * 1. Periods of one layer *)
Section Periods.
Variable R : rcfType.

(** product of the matrices of a word of inputs, the first applied first *)
Definition mprod n (A : nat -> 'M[R]_n) (w : seq nat) : 'M[R]_n :=
  foldl (fun P c => A c *m P) 1%:M w.
Lemma mprod_cat n (A : nat -> 'M[R]_n) w w' : mprod A (w ++ w') = mprod A w' *m mprod A w.
Proof.
rewrite /mprod foldl_cat; elim/last_ind: w' => [|w' c IH]; first by rewrite mul1mx.
by rewrite !foldl_rcons IH mulmxA.
Qed.

Definition window (x : nat -> nat) t q := [seq x (t + i)%N | i <- iota 0 q].
Lemma window_cat x t p q : window x t (p + q) = window x t p ++ window x (t + p) q.
Proof.
rewrite /window iotaD map_cat; congr (_ ++ _); rewrite add0n -{1}[p]addn0 iotaDl -map_comp.
by apply: eq_map => i /=; rewrite addnA.
Qed.

Lemma affine_window (L : cast_layer R) x q N :
  (forall t, (N <= t)%N -> x (t + q)%N = x t) ->
  forall j m, exists c, forall k,
    c_state L x (N + j + k * q + m) =
    mprod (c_A L) (window x (N + j) m) *m c_state L x (N + j + k * q) + c.
Proof.
move=> xq j; have xk m k : x (N + j + k * q + m)%N = x (N + j + m)%N.
  by rewrite addnAC (evper_many xq) // -addnA leq_addr.
elim=> [|m [c e]].
  by exists 0 => k; rewrite addn0 /mprod /= mul1mx addr0.
exists (c_A L (x (N + j + m)%N) *m c + c_B L (x (N + j + m)%N)) => k.
rewrite -[m.+1]addn1 window_cat mprod_cat /window /= addn0 {1}/mprod /= mulmx1.
by rewrite addn1 addnS /= xk e mulmxDr mulmxA addrA.
Qed.

Lemma emits_nonneg (L : cast_layer R) x q N : (0 < q)%N ->
  (forall t, (N <= t)%N -> x (t + q)%N = x t) ->
  (forall t, (N <= t)%N -> nonneg_spectrum (mprod (c_A L) (window x t q))) ->
  evper q (c_emits L x).
Proof.
move=> q0 xq sp.
apply: (evper_decoded (z := fun p t => @c_cast R L p.1 p.2 (c_state L x t p.1 p.2))).
  by exists N.
apply: (evper_residues (N := N)) => // p j.
have [c e] := affine_window L xq j q; set P := mprod _ _ in e.
have sP : nonneg_spectrum P by apply: sp; exact: leq_addr.
pose u k := c_state L x (N + j + k * q).
have uS k : u k.+1 = P *m u k + c by rewrite /u mulSnr addnA e.
have diff k : u k.+1 - u k = P ^+ k *m (u 1%N - u 0%N).
  elim: k => [|k IH]; first by rewrite expr0 -[1 *m _]/(1%:M *m _) mul1mx.
  rewrite [u k.+2]uS [X in _ - X]uS opprD addrACA subrr addr0 -mulmxBr IH.
  by rewrite mulmxA -[P *m P ^+ k]/(P * P ^+ k) -exprS.
apply: (@cast_evconst R (@c_cast R L p.1 p.2) (fun k => u k p.1 p.2)).
apply: evsign_ext (evsign_pow (delta_mx 0 p.1) ((u 1%N - u 0%N) *m delta_mx p.2 0) sP) => k.
by rewrite mulmxA -[X in X *m _]mulmxA -diff -rowE -colE !mxE.
Qed.

Lemma emits_real (L : cast_layer R) x p N : (0 < p)%N ->
  (forall t, (N <= t)%N -> x (t + p)%N = x t) ->
  (forall t, (N <= t)%N -> real_spectrum (mprod (c_A L) (window x t p))) ->
  evper (2 * p) (c_emits L x).
Proof.
move=> p0 xp sp; apply: (@emits_nonneg _ _ _ N).
- by rewrite muln_gt0.
- by move=> t Nt; rewrite mul2n -addnn addnA !xp // (leq_trans Nt) // leq_addr.
move=> t Nt; rewrite mul2n -addnn window_cat mprod_cat.
have -> : window x (t + p) p = window x t p.
  by apply/eq_map => i; rewrite addnAC xp // (leq_trans Nt) // leq_addr.
by apply: square_nonneg; apply: sp.
Qed.

(** ** Matrices that are triangular in one order of the coordinates *)
Definition lower n (order : seq nat) (A : 'M[R]_n) : Prop :=
  forall i j : 'I_n, (index (i : nat) order < index (j : nat) order)%N -> A i j = 0.
Definition complete n (order : seq nat) := forall i : 'I_n, (i : nat) \in order.

Lemma index_eq n order (i j : 'I_n) : complete n order ->
  index (i : nat) order = index (j : nat) order -> i = j.
Proof.
by move=> co e; apply: val_inj; rewrite /= -(nth_index 0%N (co i)) e nth_index.
Qed.

Lemma lower_mul n order (A B : 'M[R]_n) : complete n order -> lower order A -> lower order B ->
  lower order (A *m B) /\ forall i, (A *m B) i i = A i i * B i i.
Proof.
move=> co lA lB; split=> [i j ij|i]; rewrite mxE.
  rewrite big1 // => k _; case: (ltnP (index (i : nat) order) (index (k : nat) order)) => [ik|ki].
    by rewrite lA ?mul0r.
  by rewrite (lB k j) ?mulr0 //; apply: leq_ltn_trans ij.
rewrite (bigD1 i) //= big1 ?addr0 // => k ki.
case: (ltngtP (index (i : nat) order) (index (k : nat) order)) => [ik|ik|/(index_eq co) e].
- by rewrite lA ?mul0r.
- by rewrite (lB k i) ?mulr0.
by rewrite e eqxx in ki.
Qed.

Lemma lower_mprod n order (A : nat -> 'M[R]_n) w : complete n order ->
  (forall c, c \in w -> lower order (A c)) ->
  lower order (mprod A w) /\ forall i, mprod A w i i = \prod_(c <- w) A c i i.
Proof.
move=> co; elim/last_ind: w => [|w c IH] lw.
  split=> [i j ij|i]; last by rewrite /mprod /= mxE eqxx big_nil.
  by rewrite /mprod /= mxE -val_eqE /=; case: eqP ij => // ->; rewrite ltnn.
have [|lm dm] := IH; first by move=> d dw; apply: lw; rewrite mem_rcons inE dw orbT.
rewrite /mprod foldl_rcons -/(mprod A w).
have lc : lower order (A c) by apply: lw; rewrite mem_rcons inE eqxx.
have [l d] := lower_mul co lc lm; split=> // i.
by rewrite d dm -cats1 big_cat big_seq1 /= mulrC.
Qed.

Lemma lower_good (s : bool) n order (A : 'M[R]_n) : complete n order -> lower order A ->
  (s -> forall i, 0 <= A i i) -> good s A.
Proof.
move=> co lA dA x y a b xy [h1 h2].
pose there (i : 'I_n) := (x 0 i != 0) || (y 0 i != 0).
have [i0 ni0] : exists i, there i.
  apply/existsP; apply: contraTT xy; rewrite negb_exists => /forallP h.
  rewrite negb_or !negbK; apply/andP; split; apply/eqP/rowP => i; rewrite mxE;
  by have := h i; rewrite negb_or !negbK => /andP [/eqP ? /eqP].
have [i ni last_i] := arg_maxnP (fun i : 'I_n => index (i : nat) order) ni0.
have at_i (z : 'rV[R]_n) : (forall k, ~~ there k -> z 0 k = 0) -> (z *m A) 0 i = z 0 i * A i i.
  move=> z0; rewrite mxE (bigD1 i) //= big1 ?addr0 // => k ki.
  case: (boolP (there k)) => [/last_i le|/z0 ->]; last by rewrite mul0r.
  have ik : (index (k : nat) order <= index (i : nat) order)%N := le.
  rewrite (lA k i) ?mulr0 // ltn_neqAle ik andbT; apply: contra ki => /eqP e.
  by rewrite (index_eq co e).
have zx k : ~~ there k -> x 0 k = 0 by rewrite negb_or !negbK => /andP [/eqP].
have zy k : ~~ there k -> y 0 k = 0 by rewrite negb_or !negbK => /andP [_ /eqP].
have e1 := at_i x zx; have e2 := at_i y zy; rewrite h1 !mxE in e1; rewrite h2 !mxE in e2.
set e := A i i in e1 e2; set u := x 0 i in e1 e2 ni *; set v := y 0 i in e1 e2 ni *.
have k1 : ((e - a) ^+ 2 + b ^+ 2) * u = 0.
  have -> : ((e - a) ^+ 2 + b ^+ 2) * u =
    (e - a) * (u * e - (a * u - b * v)) - b * (v * e - (b * u + a * v)) by ring.
  by rewrite e1 e2 !subrr !mulr0 subr0.
have k2 : ((e - a) ^+ 2 + b ^+ 2) * v = 0.
  have -> : ((e - a) ^+ 2 + b ^+ 2) * v =
    (e - a) * (v * e - (b * u + a * v)) + b * (u * e - (a * u - b * v)) by ring.
  by rewrite e1 e2 !subrr !mulr0 addr0.
have : (e - a) ^+ 2 + b ^+ 2 == 0.
  case/orP: ni => nz; [move/eqP: k1|move/eqP: k2]; by rewrite mulf_eq0 (negbTE nz) orbF.
rewrite paddr_eq0 ?sqr_ge0 // !sqrf_eq0 subr_eq0 => /andP [/eqP <- /eqP ->].
by split=> // s1; exact: dA.
Qed.

Lemma prod_sign (d : nat -> R) w : (forall c, c \in w -> d c <= 0) ->
  0 <= (-1) ^+ size w * \prod_(c <- w) d c.
Proof.
elim: w => [|c w IH] dw; first by rewrite big_nil mulr1 ler01.
rewrite big_cons exprS mulrACA mulN1r mulr_ge0 //; first by rewrite oppr_ge0 dw // mem_head.
by apply: IH => e ew; apply: dw; rewrite inE ew orbT.
Qed.
End Periods.

(** * 2. The check *)

(** A product over one denominator; and the transition of the file that it is, if it is one. *)
Record product := ProductOf { p_den : Z; p_num : seq (seq Z); p_file : option NetworkFile.transition }.
Definition same_product n (P Q : product) : bool :=
  all (fun i => all (fun j =>
    Z.eqb (Z.mul (ent (p_num P) i j) (p_den Q)) (Z.mul (ent (p_num Q) i j) (p_den P)))
    (iota 0 n)) (iota 0 n).
(** each once, in the order of their first occurrences *)
Definition distinct n (Ps : seq product) : seq product :=
  foldl (fun found P => if has (same_product n P) found then found else rcons found P) [::] Ps.
Definition times_product n (B A : product) : product :=
  ProductOf (Z.mul (p_den B) (p_den A)) (zmul n (p_num B) (p_num A)) None.
(** of 2^k of the transitions *)
Fixpoint products_of n (ts : seq NetworkFile.transition) (k : nat) : seq product :=
  if k is k'.+1 then
    let Ps := products_of n ts k' in distinct n [seq times_product n B A | A <- Ps, B <- Ps]
  else distinct n [seq ProductOf (transition_den n t) (transition_num n t) (Some t) | t <- ts].
Definition product_check (nonneg : bool) n (P : product) (e : evidence) : bool :=
  match e with
  | Factors => if p_file P is Some t then two_factors_check nonneg n t else false
  | Blocks bs => blocks_check nonneg n (p_num P) bs
  end.

(** [single]: products of one matrix only *)
Definition common_check (nonneg single : bool) n (order : seq nat) (Ms : seq (seq (seq Z))) : bool :=
  order_check n [seq [:: i] | i <- order] &&
  all (fun M => zeros_above M [seq [:: i] | i <- order]) Ms &&
  (~~ nonneg || all (fun i =>
     all (fun M => Z.leb Z0 (ent M i i)) Ms ||
     ~~ single && all (fun M => Z.leb (ent M i i) Z0) Ms) order).

(** What is said of a layer: real spectra, or real and non-negative ones, and why. *)
Record layer_claim := LayerClaim { claims_nonneg : bool; claims_by : layer_evidence }.
Definition tuple_end (sizes reads : seq nat) : nat :=
  foldl (fun x r => x * nth 0%N sizes r)%N 1%N reads.
Definition layer_claim_check sizes (l : NetworkFile.file_layer) a k (c : layer_claim) : bool :=
  let n := (NetworkFile.y_rows l).-1.+1 in
  let ts := [seq rule_of l x | x <- inputs_under sizes l a] in
  all (fun r => r < size sizes)%N (NetworkFile.y_reads l) &&
  (tuple_end sizes (NetworkFile.y_reads l) <= size (NetworkFile.y_inputs l))%N && all (keys_check n) ts &&
  match claims_by c with
  | Common order => common_check (claims_nonneg c) (k == 0)%N n order (map (transition_num n) ts)
  | Products es => all2 (product_check (claims_nonneg c) n) (products_of n ts k) es
  end.
(** the input has the period 2^k; what of the output? *)
Fixpoint letter_period (ls : seq NetworkFile.file_layer) (sizes : seq nat) (a k : nat)
    (cs : seq layer_claim) : option nat :=
  match ls, cs with
  | [::], [::] => Some k
  | l :: ls', c :: cs' =>
      if layer_claim_check sizes l a k c
      then letter_period ls' (rcons sizes (NetworkFile.y_outputs l)) a
             (if claims_nonneg c then k else k.+1) cs'
      else None
  | _, _ => None
  end.
(** m is none of 1, 2, 4, .., 2^k *)
Definition not_counted (m : positive) (k : nat) : bool :=
  all (fun i => ~~ Pos.eqb m (iter i xO xH)) (iota 0 k.+1).
Definition letter_claim_check (M : NetworkFile.network) (m : positive) (a : nat)
    (cs : seq layer_claim) : bool :=
  if letter_period (NetworkFile.n_layers M) [:: NetworkFile.n_letters M] a 0 cs is Some k
  then not_counted m k else false.
(** one list of claims about the layers for each letter *)
Definition no_counting_check (M : NetworkFile.network) (claims : seq (seq layer_claim))
    (letters : seq nat) (m : positive) : bool :=
  NetworkFile.well_formed M && all (fun a => a < NetworkFile.n_letters M)%N letters &&
  all2 (letter_claim_check M m) letters claims.

Definition no_network_counts (M : NetworkFile.network) (letters : seq nat) (m : positive) : Prop :=
  forall (R : rcfType) (N : seq (cast_layer R)), carries_network M N ->
  forall a, List.In a letters -> forall accept : nat -> bool,
  ~ (forall t, accept (outputs (NetworkFile.n_letters M) N (fun _ => a) t) = (Pos.to_nat m %| t.+1)%N).

(** * 3. Soundness *)
Section Sound.
Variable R : rcfType.

Definition product_mx n (P : product) : 'M[R]_n := (ZR R (p_den P))^-1 *: mx R n (p_num P).
(** what is kept about every product that is formed *)
Definition valid n (P : product) : Prop := 0 < ZR R (p_den P) /\
  forall t, p_file P = Some t -> product_mx n P = transition_mx R n t.

Lemma same_product_mx n P Q : valid n P -> valid n Q -> same_product n P Q ->
  product_mx n P = product_mx n Q.
Proof.
move=> [p0 _] [q0 _] /allP E; apply/matrixP => i j; rewrite !mxE.
have /allP /(_ _ (in_iota j)) /Z.eqb_eq := E _ (in_iota i).
move=> /(congr1 (ZR R)); rewrite !ZRM => e.
have pn := lt0r_neq0 p0; have qn := lt0r_neq0 q0.
move: e pn qn; set p := ZR R (p_den P); set q := ZR R (p_den Q); set u := ZR R _; set v := ZR R _.
move=> e pn qn; apply: (mulfI (mulf_neq0 pn qn)).
have -> : p * q * (p^-1 * u) = u * q by field.
by rewrite e; field.
Qed.

Lemma has_in T (p : pred T) s : has p s -> exists2 z, List.In z s & p z.
Proof.
by elim: s => //= z s IH /orP [pz|/IH [u us pu]]; [exists z|exists u] => //; [left|right].
Qed.
Lemma in_rcons T (z : T) s u : List.In u (rcons s z) <-> List.In u s \/ u = z.
Proof.
elim: s => /= [|v s IH]; first by split=> [[->|//]|[//|->]]; [right|left].
rewrite IH; split=> [[->|[us|->]]|[[->|us]|uz]]; try by [left|right].
- by left; left.
- by left; right.
- by right; left.
by right; right.
Qed.

Lemma distinct_in n Ps P : List.In P (distinct n Ps) -> List.In P Ps.
Proof.
rewrite /distinct; elim/last_ind: Ps => [|Ps Q IH] //; rewrite foldl_rcons.
rewrite in_rcons; case: ifP => _; first by move=> /IH; left.
by move=> /in_rcons [/IH|->]; [left|right].
Qed.
Lemma distinct_all n Ps P : (forall Q, List.In Q Ps -> valid n Q) -> List.In P Ps ->
  exists2 Q, List.In Q (distinct n Ps) & product_mx n P = product_mx n Q.
Proof.
elim/last_ind: Ps => [|Ps Q IH] // v; rewrite in_rcons /distinct foldl_rcons -/(distinct n Ps).
have vs S : List.In S Ps -> valid n S by move=> h; apply: v; apply/in_rcons; left.
have vQ : valid n Q by apply: v; apply/in_rcons; right.
case=> [/(IH vs) [S h e]|->].
  by exists S => //; case: ifP => // _; apply/in_rcons; left.
case: ifP => [/has_in [S h s]|_]; last by exists Q => //; apply/in_rcons; right.
by exists S => //; apply: same_product_mx s => //; apply/vs/(@distinct_in n).
Qed.

Lemma in_map T U (f : T -> U) s v : List.In v (map f s) <-> exists2 u, List.In u s & v = f u.
Proof.
elim: s => /= [|u s IH]; first by split=> [[]|[]].
split=> [[<-|/IH [w ws ->]]|[w [<-|ws] e]]; last by right; apply/IH; exists w.
- by exists u => //; left.
- by exists w => //; right.
by left.
Qed.
Lemma in_allpairs T U V (f : T -> U -> V) s t v :
  List.In v [seq f a b | a <- s, b <- t] <-> exists a b, List.In a s /\ List.In b t /\ v = f a b.
Proof.
elim: s => /= [|a s IH]; first by split=> [[]|[a [b [[]]]]].
split=> [/(@List.in_app_or V) [/in_map [b bt ->]|/IH [c [b [cs [bt ->]]]]]|[c [b [[<-|cs] [bt e]]]]].
- by exists a, b; do !split=> //; left.
- by exists c, b; do !split=> //; right.
- by apply: List.in_or_app; left; apply/in_map; exists b.
by apply: List.in_or_app; right; apply/IH; exists c, b.
Qed.

Section Products.
Variables (n : nat) (ts : seq NetworkFile.transition).
Hypothesis keys : all (keys_check n) ts.

Lemma letter_valid t : List.In t ts ->
  valid n (ProductOf (transition_den n t) (transition_num n t) (Some t)) /\
  product_mx n (ProductOf (transition_den n t) (transition_num n t) (Some t)) = transition_mx R n t.
Proof.
move=> tin; have kt : keys_check n t.
  by elim: ts keys tin => //= u us IH /andP [ku kus] [<-|/IH]; last exact.
have [d0 e] := transition_num_mx R kt.
have pe : product_mx n (ProductOf (transition_den n t) (transition_num n t) (Some t)) =
          transition_mx R n t.
  by rewrite /product_mx /= e scalerA mulVf ?scale1r // lt0r_neq0.
by split=> //; split=> // u [<-].
Qed.

Lemma times_valid A B : valid n A -> valid n B -> valid n (times_product n B A) /\
  product_mx n (times_product n B A) = product_mx n B *m product_mx n A.
Proof.
move=> [a0 _] [b0 _]; split; first by split=> //=; rewrite ZRM mulr_gt0.
by rewrite /product_mx /= ZRM invfM mx_mul -scalemxAl -scalemxAr scalerA.
Qed.

Lemma products_valid k P : List.In P (products_of n ts k) -> valid n P.
Proof.
elim: k P => [|k IH] P /= /(@distinct_in n).
  by move=> /in_map [t tin ->]; case: (letter_valid tin).
by move=> /in_allpairs [A [B [/IH vA [/IH vB ->]]]]; case: (times_valid vA vB).
Qed.

(** every product of 2^k matrices was formed *)
Lemma products_all (rule : nat -> NetworkFile.transition) k w : size w = (2 ^ k)%N ->
  (forall c, c \in w -> List.In (rule c) ts) ->
  exists2 P, List.In P (products_of n ts k) &
    product_mx n P = mprod (fun c => transition_mx R n (rule c)) w.
Proof.
elim: k w => [|k IH] w /=.
  case: w => [|c [|? ?]] //= _ inw; rewrite /mprod /= mulmx1.
  have cin : List.In (rule c) ts by apply: inw; rewrite mem_head.
  have [_ e] := letter_valid cin.
  have [||Q Qin eQ] := @distinct_all n
    [seq ProductOf (transition_den n t) (transition_num n t) (Some t) | t <- ts]
    (ProductOf (transition_den n (rule c)) (transition_num n (rule c)) (Some (rule c))).
  - by move=> Q /in_map [t tin ->]; case: (letter_valid tin).
  - by apply/in_map; exists (rule c).
  by exists Q => //; rewrite -eQ e.
rewrite expnS mul2n -addnn => sw inw; rewrite -[w](cat_take_drop (2 ^ k)) mprod_cat.
have [||A Ain eA] := IH (take (2 ^ k) w).
- by rewrite size_takel // sw leq_addr.
- by move=> c /mem_take; apply: inw.
have [||B Bin eB] := IH (drop (2 ^ k) w).
- by rewrite size_drop sw addnK.
- by move=> c /mem_drop; apply: inw.
have [_ e] := times_valid (products_valid Ain) (products_valid Bin).
have [||Q Qin eQ] := @distinct_all n
    [seq times_product n B A | A <- products_of n ts k, B <- products_of n ts k] (times_product n B A).
- by move=> Q /in_allpairs [C [D [Cin [Din ->]]]];
    case: (times_valid (products_valid Cin) (products_valid Din)).
- by apply/in_allpairs; exists A, B.
by exists Q => //; rewrite -eQ e eA eB.
Qed.
End Products.

Lemma product_check_sound s n P e : valid n.+1 P -> product_check s n.+1 P e ->
  good s (product_mx n.+1 P).
Proof.
move=> [p0 pt]; case: e => [|bs] /=.
  by case e: (p_file P) => [t|] // /(@two_factors_check_sound R); rewrite (pt _ e).
by move=> /(@blocks_check_sound R) g; apply: good_scale => //; rewrite invr_gt0.
Qed.

(** ** Triangular in a common order *)
Lemma zeros_lower order A i j : zeros_above A [seq [:: k] | k <- order] -> j \in order ->
  (index i order < index j order)%N -> ent A i j = Z0.
Proof.
elim: order => //= h order IH; rewrite flatten_seq1 andbT => /andP [/allP z za]; rewrite inE.
case: eqP => [jh|/eqP nj] /= jo; first by rewrite jh eqxx.
case: eqP => [<-|_] ij; first by apply/Z.eqb_eq; apply: z.
by apply: IH => //; move: ij; rewrite eq_sym (negbTE nj) ltnS.
Qed.

Lemma order_complete n order : order_check n [seq [:: i] | i <- order] -> complete n order.
Proof. by rewrite /order_check flatten_seq1 => /andP [_ /allP co] i; apply: co; exact: in_iota. Qed.

Lemma common_check_sound (s : bool) n order (ts : seq NetworkFile.transition)
    (rule : nat -> NetworkFile.transition) k w :
  all (keys_check n) ts ->
  common_check s (k == 0)%N n order (map (transition_num n) ts) -> size w = (2 ^ k)%N ->
  (forall c, c \in w -> List.In (rule c) ts) ->
  good s (mprod (fun c => transition_mx R n (rule c)) w).
Proof.
move=> keys /andP [/andP [/order_complete co za] sg] sw inw.
have entry c : c \in w -> 0 < ZR R (transition_den n (rule c)) /\ forall i j : 'I_n,
    transition_mx R n (rule c) i j =
    (ZR R (transition_den n (rule c)))^-1 * ZR R (ent (transition_num n (rule c)) i j).
  move=> /inw cin; have kc : keys_check n (rule c).
    by elim: ts keys cin {za sg inw} => //= u us IH /andP [ku kus] [<-|/IH]; last exact.
  have [d0 e] := transition_num_mx R kc; split=> // i j.
  have := congr1 (fun M : 'M[R]_n => M i j) e; rewrite !mxE => ->.
  by rewrite mulrA mulVf ?mul1r // lt0r_neq0.
have num_all (P : pred (seq (seq Z))) c : all P (map (transition_num n) ts) -> c \in w ->
    P (transition_num n (rule c)).
  by move=> h /inw; elim: ts h {keys za sg entry inw} => //= u us IH /andP [pu pus] [<-|/IH]; last exact.
have low c : c \in w -> lower order (transition_mx R n (rule c)).
  move=> cw i j ij; have [_ ->] := entry c cw.
  by rewrite (zeros_lower (num_all _ _ za cw) (co j) ij) mulr0.
have [lw dw] := lower_mprod co low; apply: (lower_good co lw) => s1 i.
rewrite dw; move: sg; rewrite s1 /= => /allP /(_ _ (co i)) /orP [pos|/andP [k0 neg]].
  rewrite big_seq; apply: prodr_ge0 => c cw; have [d0 ->] := entry c cw.
  apply: mulr_ge0; first by rewrite invr_ge0 ltW.
  by apply: ZR_ge0; exact: (num_all (fun M => Z.leb Z0 (ent M i i)) _ pos cw).
have := @prod_sign R (fun c => transition_mx R n (rule c) i i) w _.
rewrite sw -signr_odd oddX (negbTE k0) /= expr0 mul1r; apply=> c cw.
have [d0 ->] := entry c cw; rewrite pmulr_rle0 ?invr_gt0 //.
rewrite -oppr_ge0 -[- _]sub0r -(ZR0 R) -ZRB; apply: ZR_ge0.
by apply/Z.leb_le/Z.le_0_sub/Z.leb_le; exact: (num_all (fun M => Z.leb (ent M i i) Z0) _ neg cw).
Qed.

(** ** One layer *)
Lemma layer_claim_sound sizes l a k c w : layer_claim_check sizes l a k c ->
  size w = (2 ^ k)%N -> all (mem (inputs_under sizes l a)) w ->
  good (claims_nonneg c) (mprod (fun x => transition_mx R (NetworkFile.y_rows l).-1.+1 (rule_of l x)) w).
Proof.
move=> /andP [/andP [_ keys] ck] sw /allP inw.
have rin x : x \in w -> List.In (rule_of l x) [seq rule_of l y | y <- inputs_under sizes l a].
  move=> /inw /=; elim: (inputs_under sizes l a) => //= y s IH; rewrite inE.
  by case/orP => [/eqP ->|/IH]; [left|right].
case: (claims_by c) ck => [order|es] ck; first exact: common_check_sound ck sw rin.
have [P Pin <-] := products_all keys sw rin.
have vP := products_valid keys Pin.
suff [e] : exists e, product_check (claims_nonneg c) (NetworkFile.y_rows l).-1.+1 P e.
  exact: product_check_sound.
elim: (products_of _ _ _) es ck Pin => [|Q Ps IH] [|e es] //= /andP [ce ces] [<-|]; first by exists e.
exact: IH ces.
Qed.

Lemma tuple_number_end sizes reads value : all (fun r => value r < nth 0%N sizes r)%N reads ->
  (tuple_number sizes reads value < tuple_end sizes reads)%N.
Proof.
elim/last_ind: reads => [|reads r IH] //; rewrite all_rcons => /andP [vr vs].
rewrite /tuple_number /tuple_end !foldl_rcons -/(tuple_number _ _ _) -/(tuple_end _ _).
by apply: leq_trans (leq_mul (IH vs) (leqnn _)); rewrite mulSn addnC ltn_add2r.
Qed.

(** ** All layers *)
Lemma emitted_periodic (ls : seq NetworkFile.file_layer) (N : seq (cast_layer R)) sizes ys a k cs T K :
  List.Forall2 (@carries_layer R) ls N -> letter_period ls sizes a k cs = Some K ->
  size ys = size sizes -> (0 < size sizes)%N ->
  (forall t, nth (fun _ => 0%N) ys 0 t = a) ->
  (forall r, (r < size sizes)%N -> forall t,
     (nth (fun _ => 0%N) ys r t < nth 0%N sizes r)%N /\
     ((T <= t)%N -> nth (fun _ => 0%N) ys r (t + 2 ^ k)%N = nth (fun _ => 0%N) ys r t)) ->
  evper (2 ^ K) (emitted N sizes ys).
Proof.
move=> cN; elim: cN sizes ys k cs T => {ls N} [|l L ls N cl _ IH] sizes ys k [|c cs] T //=.
  move=> [<-] sy s0 _ H; exists T => t Tt; rewrite -nth_last sy.
  by have [|_ ->] := H (size sizes).-1 _ t; first by rewrite prednK.
case: ifP => // ck next sy s0 y0 H; have /andP [/andP [/andP [rs bound] _] _] := ck.
have small r : r \in NetworkFile.y_reads l -> (r < size sizes)%N by move/allP: rs; apply.
have reads_eq : c_reads L = NetworkFile.y_reads l by case: cl.
have width_eq : c_outputs L = NetworkFile.y_outputs l by case: cl.
set x := (fun t => _).
have xE t : x t = tuple_number sizes (NetworkFile.y_reads l) (fun r => nth (fun _ => 0%N) ys r t).
  by rewrite /x reads_eq.
have x_in t : x t \in inputs_under sizes l a.
  have lt_all : all (fun r => nth (fun _ => 0%N) ys r t < nth 0%N sizes r)%N (NetworkFile.y_reads l).
    by apply/allP => r /small rr; have [] := H r rr t.
  rewrite mem_filter mem_iota leq0n add0n /= xE (leq_trans (tuple_number_end lt_all) bound) andbT.
  rewrite digits_tuple // -(y0 t).
  rewrite -[(0%N, nth (fun _ => 0%N) ys 0 t) :: _]/(map (fun r => (r, nth (fun _ => 0%N) ys r t))
                                              (0%N :: rev (NetworkFile.y_reads l))).
  apply/allP => p /mapP [r _ ->]; apply/allP => q /mapP [r' _ ->] /=.
  by apply/implyP => /eqP ->.
have xp t : (T <= t)%N -> x (t + 2 ^ k)%N = x t.
  move=> Tt; rewrite !xE /tuple_number; move: small; clear -H Tt.
  elim/last_ind: (NetworkFile.y_reads l) => [|reads r IHr] //= sm; rewrite !foldl_rcons IHr; last first.
    by move=> s h; apply: sm; rewrite mem_rcons inE h orbT.
  have rr : r \in rcons reads r by rewrite mem_rcons inE eqxx.
  by congr (_ + _)%N; have [_ ->] := H r (sm r rr) t.
have p0 : (0 < 2 ^ k)%N by rewrite expn_gt0.
have win t : good (claims_nonneg c) (mprod (c_A L) (window x t (2 ^ k))).
  have := layer_claim_sound ck (w := window x t (2 ^ k)).
  rewrite size_map size_iota => /(_ erefl) h; case: (cl) => B h0 cast dec _ /=; apply: h.
  by apply/allP => z /mapP [i _ ->]; apply: x_in.
pose k' := if claims_nonneg c then k else k.+1.
have [M emits] : evper (2 ^ k') (c_emits L x).
  rewrite /k'; case: (claims_nonneg c) win => win.
    by apply: emits_nonneg p0 xp _ => t _; exact: good_nonneg (win t).
  by rewrite expnS; apply: emits_real p0 xp _ => t _; exact: good_real (win t).
have wd t : (c_emits L x t < NetworkFile.y_outputs l)%N by case: cl => B h0 cast dec h; apply: h.
apply: (IH _ _ k' cs (maxn T M)); rewrite ?width_eq ?size_rcons ?sy //.
  by move=> t; rewrite nth_rcons sy s0.
move=> r; rewrite ltnS leq_eqVlt !nth_rcons sy => /orP [/eqP ->|rr] t.
  rewrite ltnn eqxx; split; first exact: wd.
  by rewrite geq_max => /andP [_ /emits].
rewrite rr; have [h1 h2] := H r rr t; split=> //; rewrite geq_max => /andP [Tt _].
rewrite /k'; case: (claims_nonneg c); first exact: h2.
rewrite expnS mul2n -addnn addnA; have [_ ->] := H r rr (t + 2 ^ k)%N; last first.
  by rewrite (leq_trans Tt) // leq_addr.
exact: h2.
Qed.

Theorem unary_period M claims letters m (N : seq (cast_layer R)) a :
  no_counting_check M claims letters m = true -> carries_network M N -> List.In a letters ->
  exists k, not_counted m k /\ evper (2 ^ k) (outputs (NetworkFile.n_letters M) N (fun _ => a)).
Proof.
move=> /andP [/andP [_ lt] ck] cN al.
have [al' [cs]] : (a < NetworkFile.n_letters M)%N /\ exists cs, letter_claim_check M m a cs.
  elim: letters claims lt ck al => [|b letters IH] [|cs claims] //= /andP [b1 lt] /andP [h ck].
  case=> [<-|al]; first by split=> //; exists cs.
  exact: IH ck al.
rewrite /letter_claim_check; case e: (letter_period _ _ _ _ _) => [k|] // nc; exists k; split=> //.
by apply: (emitted_periodic (T := 0%N) cN e) => //= -[|r] //= _ t; split.
Qed.

Lemma not_counted_sound m k : not_counted m k -> ~ (Pos.to_nat m %| 2 ^ k)%N.
Proof.
move=> /allP nc /(dvdn_pfactor _ _ (isT : prime 2)) [i ik e].
have /nc : i \in iota 0 k.+1 by rewrite mem_iota add0n ltnS.
move=> /negP; apply; apply/Pos.eqb_eq/Pos2Nat.inj; rewrite e.
by elim: i {ik e} => //= i IH; rewrite Pos2Nat.inj_xO -IH expnS.
Qed.
End Sound.

Theorem no_counting_check_sound M claims letters m :
  no_counting_check M claims letters m = true -> no_network_counts M letters m.
Proof.
move=> ck R N cN a al accept rec; have [k [nc per]] := unary_period ck cN al.
apply: (not_counted_sound nc); apply: counted per rec.
exact/ssrnat.ltP/Pos2Nat.is_pos.
Qed.

(** * 4. Twins *)
(** The weights 1 and -1 do not count modulo 3 .. *)
Theorem turn_counts_no_three : no_network_counts turn [:: 1%N] 3.
Proof.
by apply: (@no_counting_check_sound _ [:: [:: LayerClaim false (Common [:: 0%N])]]); vm_compute.
Qed.
(** .. but modulo 2 *)
Corollary turn_counts_two (R : rcfType) claims : no_counting_check turn claims [:: 1%N] 2 = false.
Proof.
apply/negP => /no_counting_check_sound /(_ R _ (turn_carries R) 1%N).
have one : List.In 1%N [:: 1%N] by left.
move=> /(_ one (fun y => y != 0)%N); apply=> t.
by rewrite turn_tells // sum1_card card_ord dvdn2.
Qed.

(** One layer whose matrix permutes three numbers in a cycle. *)
Definition cycle : NetworkFile.network :=
  NetworkFile.Network 1 3 [:: NetworkFile.Layer 3 1 [:: 0]%N (NetworkFile.Fractions xH [:: Zpos xH; Z0; Z0])
    [:: NetworkFile.Input (NetworkFile.Dense (NetworkFile.Fractions xH
          [:: Z0; Z0; Zpos xH; Zpos xH; Z0; Z0; Z0; Zpos xH; Z0])) None]
    3 (NetworkFile.Fractions xH [:: Zpos xH; Z0; Z0; Z0; Zpos xH; Z0; Z0; Z0; Zpos xH])
    (NetworkFile.Fractions xH [:: Z0; Z0; Z0])].

Section Cycle.
Variable R : rcfType.
Definition cycle_matrix := NetworkFile.Dense (NetworkFile.Fractions xH
  [:: Z0; Z0; Zpos xH; Zpos xH; Z0; Z0; Z0; Zpos xH; Z0]).
Definition cycle_cast : cast_layer R :=
  @CastLayer R 2 1 [:: 0]%N 3 (fun x => transition_mx R 3 (rule_of (head (NetworkFile.Layer 0 0 nil
       (NetworkFile.Fractions xH nil) nil 0 (NetworkFile.Fractions xH nil) (NetworkFile.Fractions xH nil))
       (NetworkFile.n_layers cycle)) x))
    (fun _ => 0) (delta_mx ord0 0) (fun _ _ => sgn_cast R) (fun f _ => minn (f (ord0, 0)) 1).
Lemma cycle_carries : carries_network cycle [:: cycle_cast].
Proof.
apply: List.Forall2_cons; last exact: List.Forall2_nil.
by apply: CarriesLayer => f x; rewrite ltnS geq_min leqnSn orbT.
Qed.

Lemma cycle_matrix_mx : transition_mx R 3 cycle_matrix =
  \matrix_(i, j) (i == (j.+1 %% 3)%N :> nat)%:R.
Proof.
apply/matrixP => i j; rewrite !mxE /number /=.
by case: i => [[|[|[|//]]] ?]; case: j => [[|[|[|//]]] ?] //=; rewrite ?ZR1 ?ZR0 ?invr1 ?mul1r ?mulr0.
Qed.

(** it tells on the words a, aa, aaa, .. whether 3 divides their length *)
Theorem cycle_counts t :
  (outputs 1 [:: cycle_cast] (fun _ => 0%N) t == 1)%N = (3 %| t.+1)%N.
Proof.
set y := fun t => tuple_number [:: 1]%N [:: 0]%N (fun r => nth (fun _ => 0%N) [:: fun _ => 0%N] r t).
have state u : c_state cycle_cast y u = st (cycle_layer R 2) (fun _ => 1%N) u.
  elim: u => //= u ->; rewrite !addr0; congr (_ *m _).
  exact: cycle_matrix_mx.
have -> : outputs 1 [:: cycle_cast] (fun _ => 0%N) t =
          minn (sgn_cf (c_state cycle_cast y t.+1 ord0 0)) 1.
  change (minn ([ffun p : 'I_3 * 'I_1 => sgn_cast R (c_state cycle_cast y t.+1 p.1 p.2)] (ord0, 0)) 1 =
          minn (sgn_cf (c_state cycle_cast y t.+1 ord0 0)) 1).
  by rewrite ffunE.
rewrite state (minn_idPl (sgn_bnd _)) -(@mod_possible R 2 t).
congr (_ == _); change (sgn_cf (st (cycle_layer R 2) (fun _ => 1%N) t.+1 ord0 0) =
  [ffun i => sgn_cast R (st (cycle_layer R 2) (fun _ => 1%N) t.+1 i 0)] ord0).
by rewrite ffunE.
Qed.
End Cycle.

(** so no certificate is ever accepted *)
Corollary cycle_has_no_certificate (R : rcfType) claims :
  no_counting_check cycle claims [:: 0%N] 3 = false.
Proof.
apply/negP => /no_counting_check_sound /(_ R _ (cycle_carries R) 0%N).
have one : List.In 0%N [:: 0%N] by left.
move=> /(_ one (fun y => y == 1)%N); apply=> t.
exact: cycle_counts.
Qed.
