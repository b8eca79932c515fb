(** CastNetwork.v -- what a network's file proves about parity in the cast model.

    Statement ([no_parity_check_sound]): if [no_parity_check M claims letters] computes to
    [true], then no network with the matrices of the file M tells, on the words a, aa,
    aaa, .. of any letter a of the list, whether their length is even: whatever its B,
    its starts, its finite monotone casts of state coordinates and its decoders are.
    What it outputs on these words is constant from some length on ([unary_constant]).
    The numbers are those of the file (NetworkFile.v), factor by factor: an exported
    instance is about the weights that a user has, and the kernel multiplies them out.

    Layers read the token and what earlier layers emit at the same step, in any wiring;
    states are matrices.  Only inputs that can occur while the tokens are a matter: those
    in which the token is a and what is read twice is the same.  The twin: the network
    with the weights 1 and -1 tells the parity of every word in the same model
    ([turn_tells]), so that no certificate for its letter 1 is ever accepted.
    Sources: Theorem 1 of Grazzi et al. (ICLR 2025); SpectrumEvidence.v.  The only axiom
    is the excluded middle of ParityImpossible.v. *)
From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra complex ssrZ ring.
From Statewright Require Import ParityImpossible Tight TraceHankel SpectrumCheck SpectrumEvidence.
From Statewright Require NetworkFile.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory Order.TTheory.
Local Open Scope ring_scope.

(** * 1. The matrices of a file *)
Section Matrices.
Variable R : rcfType.

Definition number (v : NetworkFile.fractions) (j : nat) : Z := nth Z0 (NetworkFile.f_num v) j.
Definition row_of n (v : NetworkFile.fractions) : 'rV[R]_n := \row_j ZR R (number v j).
(** I - (p/q) v v^T / (v^T v); the denominator of v cancels *)
Definition factor_mx n (f : NetworkFile.factor) : 'M[R]_n :=
  let v := row_of n (NetworkFile.b_key f) in
  1%:M - (ZR R (NetworkFile.b_num f) / ZR R (Zpos (NetworkFile.b_den f)) / (v *m v^T) 0 0) *: (v^T *m v).
(** C_F .. C_2 C_1, C_1 first; diag; dense row by row *)
Definition transition_mx n (t : NetworkFile.transition) : 'M[R]_n :=
  match t with
  | NetworkFile.Product fs => foldl (fun A f => factor_mx n f *m A) 1%:M fs
  | NetworkFile.Diagonal v => diag_mx ((ZR R (Zpos (NetworkFile.f_den v)))^-1 *: row_of n v)
  | NetworkFile.Dense v => \matrix_(i, j) ((ZR R (Zpos (NetworkFile.f_den v)))^-1 * ZR R (number v (i * n + j)))
  end.
End Matrices.

(** The same as integers over one denominator. *)
Definition norm_of n (v : NetworkFile.fractions) : Z :=
  zsum n (fun i => Z.mul (number v i) (number v i)).
Definition factor_den n (f : NetworkFile.factor) : Z :=
  Z.mul (Zpos (NetworkFile.b_den f)) (norm_of n (NetworkFile.b_key f)).
Definition factor_num n (f : NetworkFile.factor) : seq (seq Z) :=
  let q := factor_den n f in
  zmat n (fun i j => Z.sub (if eqn i j then q else Z0)
    (Z.mul (NetworkFile.b_num f) (Z.mul (number (NetworkFile.b_key f) i) (number (NetworkFile.b_key f) j)))).
(** the factor times A, by v^T A *)
Definition applied n (f : NetworkFile.factor) (A : seq (seq Z)) : seq (seq Z) :=
  let v := NetworkFile.b_key f in let q := factor_den n f in
  let w := [seq Z.mul (NetworkFile.b_num f) (zsum n (fun k => Z.mul (number v k) (ent A k j))) | j <- iota 0 n] in
  zmat n (fun i j => Z.sub (Z.mul q (ent A i j)) (Z.mul (number v i) (nth Z0 w j))).
Definition transition_num n (t : NetworkFile.transition) : seq (seq Z) :=
  match t with
  | NetworkFile.Product fs => foldl (fun A f => applied n f A) (zid n) fs
  | NetworkFile.Diagonal v => zmat n (fun i j => if eqn i j then number v i else Z0)
  | NetworkFile.Dense v => zmat n (fun i j => number v (i * n + j))
  end.
Definition transition_den n (t : NetworkFile.transition) : Z :=
  match t with
  | NetworkFile.Product fs => foldl (fun d f => Z.mul (factor_den n f) d) (Zpos xH) fs
  | NetworkFile.Diagonal v => Zpos (NetworkFile.f_den v)
  | NetworkFile.Dense v => Zpos (NetworkFile.f_den v)
  end.

(** ** Evidence about one of them *)
Inductive evidence :=
| Factors                                  (* at most two factors, [two_factors_check] *)
| Blocks (bs : seq block).                 (* SpectrumEvidence.v *)
Definition key_check n (f : NetworkFile.factor) : bool := Z.ltb Z0 (norm_of n (NetworkFile.b_key f)).
Definition keys_check n (t : NetworkFile.transition) : bool :=
  if t is NetworkFile.Product fs then all (key_check n) fs else true.
(** at most two factors, all of them positive semidefinite (beta <= 1) for a spectrum >= 0,
    one of two for a real one *)
Definition two_factors_check (nonneg : bool) n (t : NetworkFile.transition) : bool :=
  if t is NetworkFile.Product fs then
    let semidefinite := [seq Z.leb (NetworkFile.b_num f) (Zpos (NetworkFile.b_den f)) | f <- fs] in
    (size fs <= 2)%N && all (key_check n) fs &&
    if nonneg then all id semidefinite else (size fs < 2)%N || has id semidefinite
  else false.
(** two transitions of one matrix *)
Definition same_matrix n (t u : NetworkFile.transition) : bool :=
  let A := transition_num n t in let B := transition_num n u in
  keys_check n t && keys_check n u && all (fun i => all (fun j =>
    Z.eqb (Z.mul (ent A i j) (transition_den n u)) (Z.mul (ent B i j) (transition_den n t)))
    (iota 0 n)) (iota 0 n).
Definition evidence_check n (t : NetworkFile.transition) (e : evidence) : bool :=
  match e with
  | Factors => two_factors_check true n t
  | Blocks bs => keys_check n t && blocks_check true n (transition_num n t) bs
  end.

Section MatricesSound.
Variable R : rcfType.

Lemma ZRB x y : ZR R (Z.sub x y) = ZR R x - ZR R y.
Proof. by apply/eqP; rewrite eq_sym subr_eq -ZRD Z.sub_add. Qed.
Lemma ZR_pos p : 0 < ZR R (Zpos p).
Proof. exact: ZR_gt0. Qed.

Lemma norm_of_mx n v : (row_of R n v *m (row_of R n v)^T) 0 0 = ZR R (norm_of n v).
Proof. by rewrite mxE ZR_sum; apply: eq_bigr => j _; rewrite !mxE ZRM. Qed.

Lemma factor_num_mx n f : key_check n f ->
  mx R n (factor_num n f) = ZR R (factor_den n f) *: factor_mx R n f.
Proof.
move=> k0; have s0 := lt0r_neq0 (ZR_gt0 R k0); have d0 := lt0r_neq0 (ZR_pos (NetworkFile.b_den f)).
apply/matrixP => i j; rewrite [LHS]mxE [RHS]mxE ent_zmat ZRB /factor_mx norm_of_mx ZRM.
rewrite !mxE big_ord1 !mxE ZRM.
rewrite -[eqn i j]/(i == j :> nat) -val_eqE /= /factor_den.
set s := ZR R (norm_of n _) in s0 *; set p := ZR R (NetworkFile.b_num f).
set q := ZR R (Zpos _) in d0 *.
set u := ZR R (number _ i); set w := ZR R (number _ j).
have -> : ZR R (if (i : nat) == j
                then Z.mul (Zpos (NetworkFile.b_den f)) (norm_of n (NetworkFile.b_key f)) else Z0)
          = q * s * ((i : nat) == j)%:R.
  by case: eqP => _; rewrite ?mulr1 ?mulr0 ?ZRM.
by rewrite ZRM -/q -/s mulrBr; congr (_ - _); field; rewrite s0 d0.
Qed.

Lemma applied_mx n f A : mx R n (applied n f A) = mx R n (factor_num n f) *m mx R n A.
Proof.
apply/matrixP => i j; rewrite [LHS]mxE [RHS]mxE ent_zmat (nth_map 0%N) ?size_iota // nth_iota // add0n.
rewrite ZRB !ZRM ZR_sum.
set v := NetworkFile.b_key f; set q := factor_den n f; set p := NetworkFile.b_num f.
rewrite [RHS](eq_bigr (fun k : 'I_n => ZR R (if eqn i k then q else Z0) * ZR R (ent A k j) -
    ZR R (number v i) * (ZR R p * ZR R (Z.mul (number v k) (ent A k j))))); last first.
  by move=> k _; rewrite !mxE ent_zmat ZRB !ZRM mulrBl -/v -/q -/p; congr (_ - _); ring.
rewrite sumrB -!mulr_sumr; congr (_ - _).
rewrite (bigD1 i) //= -[eqn i i]/(i == i :> nat) eqxx big1 => [|k ki].
  by rewrite addr0 /q /factor_den ZRM.
by rewrite -[eqn i k]/(i == k :> nat) val_eqE eq_sym (negbTE ki) ZR0 mul0r.
Qed.

Lemma transition_num_mx n t : keys_check n t -> 0 < ZR R (transition_den n t) /\
  mx R n (transition_num n t) = ZR R (transition_den n t) *: transition_mx R n t.
Proof.
case: t => [fs|v|v] /= ks.
- suff H A B d : 0 < ZR R d -> mx R n A = ZR R d *: B ->
      let e := foldl (fun d f => Z.mul (factor_den n f) d) d fs in 0 < ZR R e /\
      mx R n (foldl (fun A f => applied n f A) A fs) =
      ZR R e *: foldl (fun A f => factor_mx R n f *m A) B fs.
    by apply: H; rewrite ?ZR_pos // scale1r mx_id.
  elim: fs ks A B d => [|f fs IH] //= /andP [kf ks] A B d d0 e; apply: IH => //.
    by rewrite ZRM mulr_gt0 // /factor_den ZRM mulr_gt0 // ZR_gt0.
  by rewrite applied_mx e factor_num_mx // -scalemxAl -scalemxAr scalerA -ZRM.
- split; first exact: ZR_pos.
  apply/matrixP => i j; rewrite !mxE ent_zmat -[eqn i j]/(i == j :> nat) -val_eqE /=.
  case: eqP => _; last by rewrite mulr0n mulr0 ZR0.
  by rewrite mulr1n mulrA divff ?mul1r // lt0r_neq0 // ZR_pos.
split; first exact: ZR_pos.
apply/matrixP => i j; rewrite !mxE ent_zmat mulrA divff ?mul1r //.
by rewrite lt0r_neq0 // ZR_pos.
Qed.

Lemma same_matrix_mx n t u : same_matrix n t u -> transition_mx R n t = transition_mx R n u.
Proof.
move=> /andP [/andP [/transition_num_mx [dt et] /transition_num_mx [du eu]] /allP E].
apply: (scalerI (lt0r_neq0 (mulr_gt0 dt du))).
rewrite [in LHS]mulrC -[LHS]scalerA -et -[RHS]scalerA -eu; apply/matrixP => i j; rewrite !mxE.
have /allP /(_ _ (in_iota j)) /Z.eqb_eq e := E _ (in_iota i).
by rewrite [LHS]mulrC [RHS]mulrC -!ZRM e.
Qed.

Lemma factor_sym n f : (factor_mx R n f)^T = factor_mx R n f.
Proof. by rewrite /factor_mx linearB /= linearZ /= trmx1 trmx_mul trmxK. Qed.

Lemma factor_semidefinite n f : key_check n f ->
  Z.leb (NetworkFile.b_num f) (Zpos (NetworkFile.b_den f)) -> psd (factor_mx R n f).
Proof.
move=> k0 pq; apply: factor_psd; rewrite -mulrA mulVf ?mulr1; last first.
  by rewrite norm_of_mx lt0r_neq0 // ZR_gt0.
rewrite ler_pdivr_mulr ?ZR_pos // mul1r -subr_ge0 -ZRB; apply: ZR_ge0.
by apply/Z.leb_le; apply/Z.le_0_sub; apply/Z.leb_le.
Qed.

Theorem two_factors_check_sound s n t : two_factors_check s n.+1 t -> good s (transition_mx R n.+1 t).
Proof.
case: t => //= -[|f [|g [|? ?]]] //=.
- by move=> _; apply: good_weaken; apply: psd_good; [exact: trmx1 | exact: psd1].
- rewrite mulmx1 !andbT => /andP [k]; have sf := factor_sym n.+1 f; case: s => h; last exact: symmetric_good.
  by apply: psd_good => //; exact: factor_semidefinite.
rewrite mulmx1 !andbT orbF => /andP [/andP [k k']].
have sf := factor_sym n.+1 f; have sg := factor_sym n.+1 g.
case: s => [/andP [h h']|/orP [h|h]].
- by apply: psd_pair_good => //; exact: factor_semidefinite.
- by apply: psd_right_good => //; exact: factor_semidefinite.
by apply: psd_left_good => //; exact: factor_semidefinite.
Qed.

Theorem evidence_check_sound n t e :
  evidence_check n.+1 t e -> nonneg_spectrum (transition_mx R n.+1 t).
Proof.
move=> ck; apply: good_nonneg; case: e ck => [|bs] /=; first exact: two_factors_check_sound.
move=> /andP [/transition_num_mx [d0 e]] /(@blocks_check_sound R _ _ _ _); rewrite e => g.
rewrite -[transition_mx _ _ _]scale1r -(mulVf (lt0r_neq0 d0)) -scalerA.
by apply: good_scale => //; rewrite invr_gt0.
Qed.
End MatricesSound.

(** * 2. Networks in the cast model *)
Section Model.
Variable R : rcfType.

Record cast_layer := CastLayer {
  c_rows : nat; c_cols : nat;             (* the state is (c_rows + 1) x c_cols *)
  c_reads : seq nat;                      (* 0: the token, j + 1: what layer j emits *)
  c_outputs : nat;
  c_A : nat -> 'M[R]_(c_rows.+1);
  c_B : nat -> 'M[R]_(c_rows.+1, c_cols);
  c_start : 'M[R]_(c_rows.+1, c_cols);
  c_cast : 'I_(c_rows.+1) -> 'I_c_cols -> cast R;
  c_dec : {ffun 'I_(c_rows.+1) * 'I_c_cols -> nat} -> nat -> nat }.
Arguments c_cast : clear implicits. Arguments c_dec : clear implicits.

Fixpoint c_state (L : cast_layer) (x : nat -> nat) (t : nat) : 'M[R]_((c_rows L).+1, c_cols L) :=
  if t is t'.+1 then c_A L (x t') *m c_state L x t' + c_B L (x t') else c_start L.
(** what is emitted after the t-th input: of the cast of the exact state after it *)
Definition c_emits (L : cast_layer) (x : nat -> nat) (t : nat) : nat :=
  c_dec L [ffun p => c_cast L p.1 p.2 (c_state L x t.+1 p.1 p.2)] (x t).

(** the number of a tuple, the first thing read most significant *)
Definition tuple_number (sizes reads : seq nat) (value : nat -> nat) : nat :=
  foldl (fun x r => x * nth 0 sizes r + value r)%N 0%N reads.
(** [ys]: the token and what the layers so far emit, at every step *)
Fixpoint emitted (N : seq cast_layer) (sizes : seq nat) (ys : seq (nat -> nat)) : nat -> nat :=
  if N is L :: N' then
    let x t := tuple_number sizes (c_reads L) (fun r => nth (fun _ => 0%N) ys r t) in
    emitted N' (rcons sizes (c_outputs L)) (rcons ys (c_emits L x))
  else last (fun _ => 0%N) ys.
(** what the network emits after the t-th token, one of [letters] many *)
Definition outputs (letters : nat) (N : seq cast_layer) (token : nat -> nat) : nat -> nat :=
  emitted N [:: letters] [:: token].

Definition no_rule := NetworkFile.Input (NetworkFile.Diagonal (NetworkFile.Fractions xH nil)) None.
Definition rule_of (l : NetworkFile.file_layer) (x : nat) : NetworkFile.transition :=
  NetworkFile.i_A (nth no_rule (NetworkFile.y_inputs l) x).
(** A layer that has the file's shape, wiring and matrices, and any B, start, casts and
    decoder. *)
Inductive carries_layer (l : NetworkFile.file_layer) : cast_layer -> Prop :=
  CarriesLayer B h0 c dec : (forall f x, dec f x < NetworkFile.y_outputs l)%N ->
    carries_layer l (@CastLayer (NetworkFile.y_rows l).-1 (NetworkFile.y_cols l) (NetworkFile.y_reads l)
                       (NetworkFile.y_outputs l) (fun x => transition_mx R _ (rule_of l x)) B h0 c dec).
Definition carries_network (M : NetworkFile.network) (N : seq cast_layer) : Prop :=
  List.Forall2 carries_layer (NetworkFile.n_layers M) N.

(** ** A constant input, in the end, is answered by a constant output *)
Lemma c_emits_constant (L : cast_layer) x T c : (forall t, (T <= t)%N -> x t = c) ->
  nonneg_spectrum (c_A L c) -> evconst (c_emits L x).
Proof.
move=> xc sp; pose A := c_A L c; pose b := c_B L c; pose g k := c_state L x (T + k).
have gS k : g k.+1 = A *m g k + b by rewrite /g addnS /= xc // leq_addr.
have diff k : g k.+1 - g k = A ^+ k *m (g 1%N - g 0%N).
  elim: k => [|k IH]; first by rewrite expr0 -[1 *m _]/(1%:M *m _) mul1mx.
  rewrite [g k.+2]gS [X in _ - X]gS opprD addrACA subrr addr0 -mulmxBr IH.
  by rewrite mulmxA -[A *m A ^+ k]/(A * A ^+ k) -exprS.
have mono p : evconst (fun k => c_cast L p.1 p.2 (g k p.1 p.2)).
  apply: cast_evconst.
  apply: evsign_ext (evsign_pow (delta_mx 0 p.1) ((g 1%N - g 0%N) *m delta_mx p.2 0) sp) => k.
  by rewrite mulmxA -[X in X *m _]mulmxA -diff -rowE -colE !mxE.
have [M [d e]] := evconst_all mono.
exists (T + M)%N, (c_dec L d c) => t TMt.
have Tt : (T <= t)%N by apply: leq_trans TMt; apply: leq_addr.
rewrite /c_emits xc //; congr (c_dec L _ _).
have -> : t.+1 = (T + (t.+1 - T))%N by rewrite subnKC // ltnW.
apply: (e (t.+1 - T)%N); rewrite leq_subRL; last exact: ltnW.
exact: ltnW.
Qed.
End Model.

(** * 3. The check *)

(** what the number of a tuple says, the last thing read first *)
Fixpoint digits (sizes reversed : seq nat) (x : nat) : seq (nat * nat) :=
  if reversed is r :: rest then
    let s := nth 0%N sizes r in (r, x %% s)%N :: digits sizes rest (x %/ s)%N
  else [::].
Definition consistent (said : seq (nat * nat)) : bool :=
  all (fun p => all (fun q => (p.1 == q.1)%N ==> (p.2 == q.2)%N) said) said.
(** the inputs of a layer while the tokens are a, ascending *)
Definition inputs_under (sizes : seq nat) (l : NetworkFile.file_layer) (a : nat) : seq nat :=
  [seq x <- iota 0 (size (NetworkFile.y_inputs l)) |
   consistent ((0, a) :: digits sizes (rev (NetworkFile.y_reads l)) x)%N].
(** Evidence about the matrices of a layer: one order in which all are triangular, or some
    for each of them, each distinct one once. *)
Inductive layer_evidence :=
| Common (order : seq nat)
| Products (es : seq evidence).
Fixpoint cover n (known ts : seq NetworkFile.transition) (es : seq evidence) : bool :=
  if ts is t :: ts' then
    if has (same_matrix n t) known then cover n known ts' es
    else if es is e :: es' then evidence_check n t e && cover n (t :: known) ts' es' else false
  else nilp es.
Definition layer_evidence_check sizes l a (e : layer_evidence) : bool :=
  let ts := [seq rule_of l x | x <- inputs_under sizes l a] in let n := NetworkFile.y_rows l in
  (0 < n)%N && all (fun r => r < size sizes)%N (NetworkFile.y_reads l) &&
  match e with
  | Common order => all (fun t => evidence_check n t (Blocks [seq Entry i | i <- order])) ts
  | Products es => cover n [::] ts es
  end.
Fixpoint letter_evidence_check (ls : seq NetworkFile.file_layer) (sizes : seq nat) (a : nat)
    (es : seq layer_evidence) : bool :=
  match ls, es with
  | [::], [::] => true
  | l :: ls', e :: es' => layer_evidence_check sizes l a e &&
                          letter_evidence_check ls' (rcons sizes (NetworkFile.y_outputs l)) a es'
  | _, _ => false
  end.
(** one claim for each letter of the list: for each layer, evidence *)
Definition no_parity_check (M : NetworkFile.network) (claims : seq (seq layer_evidence))
    (letters : seq nat) : bool :=
  NetworkFile.well_formed M && all (fun a => a < NetworkFile.n_letters M)%N letters &&
  all2 (fun a es => letter_evidence_check (NetworkFile.n_layers M) [:: NetworkFile.n_letters M] a es)
       letters claims.

Definition no_network_tells_parity (M : NetworkFile.network) (letters : seq nat) : Prop :=
  forall (R : rcfType) (N : seq (cast_layer R)), carries_network M N ->
  forall a, List.In a letters -> forall accept : nat -> bool,
  ~ (forall t, accept (outputs (NetworkFile.n_letters M) N (fun _ => a) t) = odd t.+1).

Section Sound.
Variable R : rcfType.

Lemma digits_tuple sizes reads value : all (fun r => value r < nth 0%N sizes r)%N reads ->
  digits sizes (rev reads) (tuple_number sizes reads value) = [seq (r, value r) | r <- rev reads].
Proof.
elim/last_ind: reads => [|reads r IH] //=; rewrite all_rcons => /andP [vr vs].
rewrite rev_rcons /tuple_number foldl_rcons /= -/(tuple_number sizes reads value).
have s0 : (0 < nth 0%N sizes r)%N by apply: leq_ltn_trans vr.
by rewrite modnMDl modn_small // divnMDl // divn_small // addn0 IH.
Qed.

Lemma cover_sound n ts known es : cover n.+1 known ts es ->
  (forall t, List.In t known -> nonneg_spectrum (transition_mx R n.+1 t)) ->
  forall t, List.In t ts -> nonneg_spectrum (transition_mx R n.+1 t).
Proof.
elim: ts known es => [|t ts IH] known es //=; case: ifP => [same|_].
  move=> ck kn u [<-|]; last exact: IH ck kn u.
  have [v vk /same_matrix_mx ->] : exists2 v, List.In v known & same_matrix n.+1 t v.
    elim: known same {ck kn} => [|v known IHk] //= /orP [h|/IHk [w wk h]].
      by exists v; [left|].
    by exists w; [right|].
  exact: kn.
case: es => [|e es] // /andP [/(evidence_check_sound R) h ck] kn u [<-|] //.
by apply: IH ck _ u => v [<-|/kn].
Qed.

Lemma layer_evidence_sound sizes l a e x : layer_evidence_check sizes l a e ->
  x \in inputs_under sizes l a ->
  nonneg_spectrum (transition_mx R (NetworkFile.y_rows l).-1.+1 (rule_of l x)).
Proof.
move=> /andP [/andP [n0 _]]; rewrite -{1 2}(prednK n0) => ck xs.
have {xs} : List.In (rule_of l x) [seq rule_of l y | y <- inputs_under sizes l a].
  elim: (inputs_under sizes l a) xs => [|y s IHs] //=; rewrite inE => /orP [/eqP ->|/IHs];
  by [left|right].
case: e ck => [order|es] ck.
  elim: [seq rule_of l y | y <- inputs_under sizes l a] ck => [|t ts IHt] //=.
  move=> /andP [h /IHt ts'] [<-|]; last exact: ts'.
  exact: (@evidence_check_sound R _ _ (Blocks [seq Entry i | i <- order]) h).
exact: (cover_sound ck).
Qed.

(** every layer's input is constant in the end, and is one of those that were looked at *)
Lemma emitted_constant (ls : seq NetworkFile.file_layer) (N : seq (cast_layer R)) sizes ys a es T value :
  List.Forall2 (@carries_layer R) ls N -> letter_evidence_check ls sizes a es ->
  size ys = size sizes -> (0 < size sizes)%N -> value 0%N = a ->
  (forall r, (r < size sizes)%N -> (value r < nth 0%N sizes r)%N /\
     (forall t, (T <= t)%N -> nth (fun _ => 0%N) ys r t = value r) /\
     (forall t, (nth (fun _ => 0%N) ys r t < nth 0%N sizes r)%N)) ->
  evconst (emitted N sizes ys).
Proof.
move=> cN; elim: cN sizes ys es T value => {ls N} [|l L ls N cl _ IH] sizes ys [|e es] T value //=.
  move=> _ sy s0 _ H; have [] := H (size sizes).-1 _; first by rewrite prednK.
  move=> _ [h _]; exists T, (value (size sizes).-1) => t /h <-.
  by rewrite -sy nth_last.
move=> /andP [ev more] sy s0 v0 H.
have /andP [/andP [_ rs] _] := ev.
set x := (fun t => _); set c := tuple_number sizes (c_reads L) value.
have reads_eq : c_reads L = NetworkFile.y_reads l by case: cl.
have width_eq : c_outputs L = NetworkFile.y_outputs l by case: cl.
have small r : r \in NetworkFile.y_reads l -> (r < size sizes)%N by move/allP: rs; apply.
have xc t : (T <= t)%N -> x t = c.
  move=> Tt; rewrite /x /c reads_eq /tuple_number; move: small; clear -H Tt.
  elim/last_ind: (NetworkFile.y_reads l) => [|reads r IHr] //= sm; rewrite !foldl_rcons IHr; last first.
    by move=> s h; apply: sm; rewrite mem_rcons inE h orbT.
  have rr : r \in rcons reads r by rewrite mem_rcons inE eqxx.
  by congr (_ + _)%N; have [_ [h _]] := H r (sm r rr); apply: h.
have sp : nonneg_spectrum (c_A L c).
  have cE : c = tuple_number sizes (NetworkFile.y_reads l) value by rewrite /c reads_eq.
  move: (c) cE => k kE; case: cl => B h0 cast dec _ /=.
  case: (ltnP k (size (NetworkFile.y_inputs l))) => [ks|big]; last first.
    rewrite /rule_of nth_default //; have -> : transition_mx R (NetworkFile.y_rows l).-1.+1
      (NetworkFile.i_A no_rule) = 0; last exact: zero_spectrum.
    apply/matrixP => i j; rewrite !mxE /number /= nth_nil.
    by rewrite (_ : ZR R Z0 = 0) // mulr0 mul0rn.
  have kin : k \in inputs_under sizes l a.
    rewrite mem_filter mem_iota leq0n add0n ks !andbT kE digits_tuple; last first.
      by apply/allP => r /small /H [].
    rewrite -v0 -[(0%N, value 0%N) :: _]/(map (fun r => (r, value r))
                                              (0%N :: rev (NetworkFile.y_reads l))).
    apply/allP => p /mapP [r _ ->]; apply/allP => q /mapP [r' _ ->] /=.
    by apply/implyP => /eqP ->.
  exact: layer_evidence_sound ev kin.
have [M [d emits]] := c_emits_constant xc sp.
have wd y t : (c_emits L y t < NetworkFile.y_outputs l)%N by case: cl => B h0 k dec h; apply: h.
have dw : (d < NetworkFile.y_outputs l)%N by rewrite -(emits M (leqnn _)).
pose value' r := if (r == size sizes)%N then d else value r.
apply: (IH _ _ es (maxn T M) value'); rewrite ?width_eq ?size_rcons ?sy //.
  by rewrite /value' ltn_eqF.
move=> r; rewrite ltnS leq_eqVlt /value' !nth_rcons sy => /orP [/eqP ->|rs'].
  rewrite ltnn eqxx; split=> //; split=> [t|t]; last exact: wd.
  by rewrite geq_max => /andP [_ /emits].
rewrite rs' (ltn_eqF rs'); have [h1 [h2 h3]] := H r rs'; split=> //; split=> // t.
by rewrite geq_max => /andP [/h2].
Qed.

Theorem unary_constant M claims letters (N : seq (cast_layer R)) a :
  no_parity_check M claims letters = true -> carries_network M N -> List.In a letters ->
  evconst (outputs (NetworkFile.n_letters M) N (fun _ => a)).
Proof.
move=> /andP [/andP [_ lt] ck] cN al.
have [al' [es ev]] : (a < NetworkFile.n_letters M)%N /\
    exists es, letter_evidence_check (NetworkFile.n_layers M) [:: NetworkFile.n_letters M] a es.
  elim: letters claims lt ck al => [|b letters IH] [|es claims] //= /andP [b1 lt] /andP [h ck].
  case=> [<-|al]; first by split=> //; exists es.
  exact: IH ck al.
apply: (emitted_constant (T := 0) (value := fun _ => a) cN ev) => //= -[|r] //=.
Qed.
End Sound.

Theorem no_parity_check_sound M claims letters :
  no_parity_check M claims letters = true -> no_network_tells_parity M letters.
Proof.
move=> ck R N cN a al accept rec.
have [T [d e]] := unary_constant ck cN al.
have := rec T; have := rec T.+1; rewrite !e //=.
by move=> ->; rewrite negbK; case: (odd T).
Qed.

(** * 4. The twin *)
(** One layer of one number, which the letter 1 turns over. *)
Definition turn : NetworkFile.network :=
  NetworkFile.Network 2 2 [:: NetworkFile.Layer 1 1 [:: 0]%N (NetworkFile.Fractions xH [:: Zpos xH])
    [:: NetworkFile.Input (NetworkFile.Diagonal (NetworkFile.Fractions xH [:: Zpos xH])) None;
        NetworkFile.Input (NetworkFile.Diagonal (NetworkFile.Fractions xH [:: Zneg xH])) None]
    2 (NetworkFile.Fractions xH [:: Zpos xH; Zneg xH]) (NetworkFile.Fractions xH [:: Z0; Z0])].

Section Twin.
Variable R : rcfType.
Definition turn_layer : cast_layer R :=
  @CastLayer R 0 1 [:: 0]%N 2
    (fun x => transition_mx R 1 (rule_of (head
       (NetworkFile.Layer 0 0 nil (NetworkFile.Fractions xH nil) nil 0
       (NetworkFile.Fractions xH nil) (NetworkFile.Fractions xH nil)) (NetworkFile.n_layers turn)) x))
    (fun _ => 0) 1%:M (fun _ _ => sgn_cast R) (fun f _ => minn (f (0, 0)) 1).
Lemma turn_carries : carries_network turn [:: turn_layer].
Proof.
apply: List.Forall2_cons; last exact: List.Forall2_nil.
by apply: CarriesLayer => f x; rewrite ltnS geq_minr.
Qed.

(** it tells the parity of the number of 1s in every word *)
Theorem turn_tells (x : nat -> nat) t : (forall i, x i <= 1)%N ->
  (outputs 2 [:: turn_layer] x t == 0)%N = odd (\sum_(i < t.+1) x i).
Proof.
move=> x1; set y := fun t => tuple_number [:: 2]%N [:: 0]%N (fun r => nth (fun _ => 0%N) [:: x] r t).
have yx i : y i = x i by rewrite /y /tuple_number /= mul0n.
have letter i : c_A turn_layer (y i) = ((-1) ^+ x i)%:M.
  rewrite yx; apply/matrixP => j k; rewrite !ord1.
  by case: (x i) (x1 i) => [|[|z]] // _; rewrite !mxE /number /= /ZR /= invr1 ?mul1r ?expr0 ?expr1.
have state u : c_state turn_layer y u = ((-1) ^+ (\sum_(i < u) x i))%:M.
  elim: u => [|u IH]; first by rewrite big_ord0 expr0.
  rewrite -[LHS]/(c_A turn_layer (y u) *m c_state turn_layer y u + 0) IH letter addr0.
  by rewrite -scalar_mxM big_ord_recr /= exprD mulrC.
have -> : outputs 2 [:: turn_layer] x t = minn (sgn_cf (c_state turn_layer y t.+1 0 0)) 1.
  change (minn ([ffun p : 'I_1 * 'I_1 => sgn_cast R (c_state turn_layer y t.+1 p.1 p.2)] (0, 0)) 1 =
          minn (sgn_cf (c_state turn_layer y t.+1 0 0)) 1).
  by rewrite ffunE.
rewrite state mxE eqxx mulr1n /sgn_cf -signr_odd.
by case: (odd _); rewrite ?expr0 ?expr1 ?ltr01 // oppr_gt0 ltr10.
Qed.
End Twin.

(** so no certificate for its letter 1 is ever accepted *)
Corollary turn_has_no_certificate (R : rcfType) claims : no_parity_check turn claims [:: 1%N] = false.
Proof.
apply/negP => /no_parity_check_sound /(_ R _ (turn_carries R) 1%N).
have one : List.In 1%N [:: 1%N] by left.
move=> /(_ one (fun y => y == 0)%N); apply=> t.
by rewrite turn_tells // sum1_card card_ord.
Qed.
