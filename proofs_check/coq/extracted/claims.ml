(* Certificates, by the grammar of proofs_check/FORMAT.md sections 4 and 7.1, and the questions to
   Kernel that they are. Each claim is read to its end before the proved check is asked; its answer
   is the claim in words, or an exception. Nothing here is proved but what Kernel's functions say. *)

module Zarith = Z  (* Kernel has a module Z of its own *)
open Kernel
open Files
module Z = Zarith

exception Unsupported of string

let need holds certificate section =
  if not holds then raise (Rejected (certificate.path, section ^ ": the proved check says no"))

(* --- section 7.1: number formats --------------------------------------------------------------- *)

let read_format r =
  let odd () = raise (Unsupported "formats of IEEE 754 style only, rounded to nearest, ties to even") in
  match token r "a format" with
  | "fixed" -> odd ()
  | "float" ->
      let e = count ~least:2 ~limit:12 r "exponent bits" in
      let m = count ~least:1 ~limit:53 r "significand bits" in
      let bias = count ~limit:4096 r "a bias" in
      let flags = times 3 (fun _ -> count ~limit:2 r "a flag") in
      let words = times 3 (fun _ -> token r "a word") in
      if bias <> (1 lsl (e - 1)) - 1 || flags <> [ 1; 1; 1 ]
         || words <> [ "ieee"; "infinity"; "nearest-even" ] then odd ();
      { prec = Z.of_int (m + 1); emax = Z.of_int (1 lsl (e - 1)) }
  | _ -> malformed r "expected float or fixed"

let read_formats r =
  let part word = expect r word; read_format r in
  let t_io = part "io" in
  let t_state = part "state" in
  let t_accumulate = part "accumulate" in
  expect r "readout";
  let before = r.at in
  let t_readout =
    if token r "exact or a format" = "exact" then None else begin r.at <- before; Some (read_format r) end in
  { t_io; t_state; t_accumulate; t_readout }

(* --- what claims have in common ------------------------------------------------------------------ *)

let digest_line r subject digest =
  expect r subject;
  let found = token r "a SHA-256 digest" in
  if String.length found <> 64
     || not (String.for_all (fun c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) found) then
    malformed r "expected 64 lower-case hexadecimal digits";
  if found <> digest then raise (Rejected (place r, "4 digest: this is about another " ^ subject))

let exact_only r =
  expect r "arithmetic";
  if token r "exact" <> "exact" then malformed r "expected exact"

let word_line ?least r word letters =
  let length = count_line ?least r word in
  times length (fun _ -> count ~limit:letters r "a letter")

(* numbers row by row, as the list of columns that the kernel has *)
let columns n d numbers =
  let a = Array.of_list numbers in
  times d (fun c -> times n (fun j -> a.((j * d) + c)))

(* rows 0, 1, ..; the first [inner] of them name a row for each letter *)
let read_rows r model states ~size ~inner number =
  times size (fun i ->
      exactly r "row" i;
      let w_codes =
        List.map (fun l -> columns l.y_rows l.y_cols (times (l.y_rows * l.y_cols) (fun _ -> number ())))
          model.n_layers in
      let w_state = one_more (count ~limit:states r "a state of the automaton") in
      { w_codes; w_state;
        w_next =
          (if i >= inner then []
           else begin
             expect r "next";
             times model.n_letters (fun _ -> one_more (count ~limit:size r "a row"))
           end) })

let read_denominators r model =
  let n = List.length model.n_layers in
  exactly r "denominators" n;
  times n (fun _ -> denominator r)

let code_of r formats () =
  match value_of_code formats.t_state (integer r) with
  | Some value -> value
  | None -> malformed r "expected a code of the state's format"

let braced names = "{ " ^ String.concat "" (List.map (fun x -> x ^ " ") names) ^ "}"
let bracketed names word = "[ " ^ String.concat "" (List.map (fun a -> List.nth names a ^ " ") word) ^ "]"

(* --- 4.1 and 4.2: a network and an automaton ------------------------------------------------------ *)

(* None: exact *)
let read_arithmetic r =
  expect r "arithmetic";
  match token r "exact or rounded" with
  | "exact" -> None
  | "rounded" -> Some (read_formats r)
  | _ -> malformed r "expected exact or rounded"

let subject_lines (subject : subject) automaton formats evidence =
  Printf.sprintf "\nnetwork     sha256 %s\nautomaton   sha256 %s\narithmetic  %s\nevidence    %s\n"
    subject.digest automaton.subject.digest
    (if formats = None then "exact" else "rounded, every operation")
    evidence

let every_word r (subject, model) automaton =
  let formats = read_arithmetic r in
  digest_line r "model" subject.digest;
  digest_line r "automaton" automaton.subject.digest;
  let dens = if formats = None then read_denominators r model else [] in
  exactly r "depths" 0;
  let size = count_line ~least:1 r "rows" in
  let rows number = read_rows r model automaton.states ~size ~inner:size number in
  let holds =
    match formats with
    | None ->
        let rows = rows (fun () -> integer r) in
        finish r;
        fun dfa -> exact_check_table model dens dfa (mk_map rows)
    | Some formats ->
        let rows = rows (code_of r formats) in
        finish r;
        fun dfa -> rounded_check_table formats model dfa (mk_map rows)
  in
  need (holds (matched automaton subject)) r "4.1";
  "every-word\nfor every word over the letters " ^ braced subject.letters
  ^ " the network and the automaton give the same label"
  ^ subject_lines subject automaton formats
      (Printf.sprintf "%d rows, %d steps" size (size * model.n_letters))

let counterexample r (subject, model) automaton =
  let formats = read_arithmetic r in
  digest_line r "model" subject.digest;
  digest_line r "automaton" automaton.subject.digest;
  let word = word_line r "word" model.n_letters in
  expect r "outputs";
  let network_label = name r in
  let automaton_label = name r in
  (* a label that neither has gets an index that nothing is labelled with *)
  let index number label = Option.value (number label) ~default:(model.n_labels + automaton.labels) in
  let a = index (number_in subject.labels) network_label in
  let b = index (label_number automaton subject) automaton_label in
  let shortest = count_line ~limit:2 r "shortest" = 1 in
  let dens = if shortest && formats = None then read_denominators r model else [] in
  let depths, size, inner =
    if not shortest then ([], 0, 0)
    else begin
      let length = List.length word in
      exactly r "depths" length;
      let depths =
        times length (fun d -> count ~least:(if d = 0 then 1 else 0) r "a number of rows") in
      let size = List.fold_left ( + ) 0 depths in
      if size >= count_end then malformed r "expected fewer rows";
      exactly r "rows" size;
      let last = match List.rev depths with [] -> 0 | d :: _ -> d in
      (depths, size, size - last)
    end in
  let rows number = read_rows r model automaton.states ~size ~inner number in
  let holds =
    match formats with
    | None ->
        let table = mk_map (rows (fun () -> integer r)) in
        finish r;
        fun dfa ->
          if shortest then exact_shortest_table model dens dfa word a b depths table
          else exact_difference model dfa word a b
    | Some formats ->
        let table = mk_map (rows (code_of r formats)) in
        finish r;
        fun dfa ->
          if shortest then rounded_shortest_table formats model dfa word a b depths table
          else rounded_difference formats model dfa word a b
  in
  need (holds (matched automaton subject)) r "4.2";
  Printf.sprintf "counterexample\non the %s the network gives %s and the automaton gives %s%s"
    (if word = [] then "empty word" else "word " ^ bracketed subject.letters word)
    network_label automaton_label
    (if shortest then " ; on every shorter word they give the same label" else "")
  ^ subject_lines subject automaton formats
      (Printf.sprintf "a run of %d steps%s" (List.length word)
         (if depths = [] then "" else Printf.sprintf "; %d rows" size))

(* --- 4.4: an automaton alone ------------------------------------------------------------------------ *)

let no_single_layer r automaton =
  exact_only r;
  digest_line r "automaton" automaton.subject.digest;
  let word letter = word_line r letter (List.length automaton.subject.letters) in
  let u = word "u" in
  let x = word "x" in
  let y = word "y" in
  let z = word "z" in
  expect r "outputs";
  let first = name r in
  let second = name r in
  finish r;
  let index label =
    Option.value (number_in automaton.subject.labels label) ~default:automaton.labels in
  need (is_obstruction (numbered automaton) u x y z (index first) (index second)) r "4.4";
  let letters = bracketed automaton.subject.letters in
  Printf.sprintf
    "no-single-layer\nno single layer H <- A(letter) H + B(letter) with |A| <= 1 and finitely many \
     reachable states, whatever its dimension and whatever function of the state and the last letter \
     its output is, gives every word over the letters %s the label that the automaton gives it\n\
     automaton   sha256 %s\narithmetic  exact\n\
     evidence    x = %s and y = %s act idempotently; with u = %s and z = %s the label is %s after \
     u x y x z and %s after u y x z\n"
    (braced automaton.subject.letters) automaton.subject.digest (letters x) (letters y) (letters u)
    (letters z) first second

let no_single_factor r automaton =
  exact_only r;
  digest_line r "automaton" automaton.subject.digest;
  let letters = List.length automaton.subject.letters in
  let letter = count_line ~limit:letters r "letter" in
  (* two words and two labels; a label that the automaton lacks gets an index of its own *)
  let pair first last least =
    let before = word_line r first letters in
    let after = word_line ~least r last letters in
    expect r "outputs";
    let index label =
      Option.value (number_in automaton.subject.labels label) ~default:automaton.labels in
    let left = index (name r) in
    (before, after, left, index (name r)) in
  let u, x, l1, l2 = pair "u" "x" 1 in
  let y, z, l3, l4 = pair "y" "z" 0 in
  finish r;
  need (is_factor_obstruction (numbered automaton) letter u x l1 l2 y z l3 l4) r "4.6";
  Printf.sprintf
    "no-single-factor\nno single layer with finitely many reachable states in which the letter %s is \
     H <- C H + B with one factor C = I - beta v v^T / (v^T v), whatever its dimension and whatever \
     function of the state and the last letter its output is, gives every word the label that the \
     automaton gives it\nautomaton   %d states, sha256 %s\narithmetic  exact\n"
    (List.nth automaton.subject.letters letter) automaton.states automaton.subject.digest

(* --- 4.5: a network's matrices as products of factors ------------------------------------------------ *)

let flag_line r word = count_line ~limit:2 r word = 1

let read_matrix_claim r model =
  let m_layer = count_line ~limit:(List.length model.n_layers) r "matrix" in
  let l = List.nth model.n_layers m_layer in
  let n = l.y_rows in
  let m_input = count ~limit:(List.length l.y_inputs) r "an input" in
  let ascending word size =
    expect r word;
    let next = ref 0 in
    times size (fun _ ->
        let place = count ~least:!next ~limit:n r "a row or column, ascending" in
        next := place + 1;
        place) in
  let read_bounds () =
    let product =
      if count ~limit:2 r "0 or 1" = 0 then None
      else
        let factors = count r "the number of factors" in
        let num = integer r in
        if Z.sign num < 0 then malformed r "expected an error of at least 0";
        let den = denominator r in
        Some ((times factors (fun _ -> read_factor r n), num), den) in
    let size = count_line ~limit:(n + 1) r "minor" in
    let rows = ascending "rows" size in
    let columns = ascending "columns" size in
    let pencil =
      if not (flag_line r "pencil") then None
      else
        let z = fractions r (n * n) in
        expect r "negative";
        Some (z, times n (fun _ -> integer r)) in
    let norm =
      if not (flag_line r "norm") then None
      else
        let d = fractions r n in
        expect r "lower";
        Some (d, fractions r (n * n)) in
    Bounds (product, rows, columns, pencil, norm) in
  let m_claim =
    match keyword r "expanding or product" with
    | "expanding" -> Expanding (times n (fun _ -> integer r))
    | "product" -> read_bounds ()
    | _ -> malformed r "expected expanding or product" in
  { m_layer; m_input; m_claim }

let matrix_claim_text claim =
  Printf.sprintf "layer %d input %d: " claim.m_layer claim.m_input
  ^
  match claim.m_claim with
  | Expanding _ -> "|A| > 1, so A is no product of factors with 0 <= beta <= 2"
  | Bounds (product, rows, _, pencil, norm) ->
      let least_count = List.length rows + if pencil = None then 0 else 1 in
      let least = Printf.sprintf "A is a product of no fewer than %d" least_count in
      (match product with
      | None -> least
      | Some ((factors, num), den) ->
          let size = List.length factors in
          let many = Printf.sprintf "a product of %d factor%s" size (if size = 1 then "" else "s") in
          if Z.sign num = 0 then
            "A is " ^ many ^ if least_count = size then " and of no fewer" else "; " ^ least
          else
            Printf.sprintf "%s differs from A by at most %s/%s in the Frobenius norm; %s" many
              (Z.to_string num) (Z.to_string den) least)
      ^ if norm = None then "" else "; |A| <= 1"

(* Claims about a network that are made of parts, each of which is said in a line. *)
let parts_claim r (subject, model) ~counted ~read ~check ~rule ~opening ~text =
  exact_only r;
  digest_line r "model" subject.digest;
  let size = count_line ~least:1 r counted in
  let parts = times size (fun _ -> read r model) in
  finish r;
  need (check model parts) r rule;
  opening ^ "\n"
  ^ String.concat "" (List.map (fun part -> text model part ^ "\n") parts)
  ^ "network     sha256 " ^ subject.digest ^ "\narithmetic  exact\n"

let factors r network =
  parts_claim r network ~counted:"matrices" ~read:read_matrix_claim ~check:factors_check ~rule:"4.5"
    ~opening:
      "factors\nof the matrices A of the network, factors being I - beta v v^T / (v^T v) with 0 <= beta <= 2:"
    ~text:(fun _ claim -> matrix_claim_text claim)

(* --- 4.7 to 4.10: a network alone ------------------------------------------------------------------- *)

let read_squares r size =
  expect r "squares";
  let ldl_scale = denominator r in
  let terms = count r "the number of terms" in
  { ldl_scale;
    ldl_terms =
      times terms (fun _ ->
          expect r "term";
          let weight = integer r in
          (weight, times size (fun _ -> integer r))) }

let read_order r n = times n (fun _ -> count ~limit:n r "a coordinate")

let read_evidence r n nonnegative =
  match keyword r "factors or blocks" with
  | "factors" -> Factors
  | "blocks" ->
      let k = count ~least:1 ~limit:(n + 1) r "the number of blocks" in
      let sizes = times k (fun _ -> count ~least:1 ~limit:(n + 1) r "the size of a block") in
      if List.fold_left ( + ) 0 sizes <> n then malformed r "expected sizes that add up";
      let order = Array.of_list (read_order r n) in
      let begins = List.rev (List.tl (List.fold_left (fun b s -> (List.hd b + s) :: b) [ 0 ] sizes)) in
      Blocks
        (List.map2
           (fun size first ->
             let places = times size (fun i -> order.(first + i)) in
             if size = 1 then Entry (List.hd places)
             else
               match keyword r "symmetric or hankel" with
               | "symmetric" ->
                   if nonnegative then Symmetric (places, read_squares r size)
                   else RealSymmetric places
               | "hankel" ->
                   let first = read_squares r size in
                   if nonnegative then Traces (places, first, read_squares r size)
                   else RealTraces (places, first)
               | _ -> malformed r "expected symmetric or hankel")
           sizes begins)
  | _ -> malformed r "expected factors or blocks"

let read_layer_claim r i l ~parity =
  exactly r "layer" i;
  let claims_nonneg =
    match token r "nonnegative or real" with
    | "nonnegative" -> true
    | "real" when not parity -> false
    | _ -> malformed r "expected another spectrum" in
  let claims_by =
    match keyword r "common or products" with
    | "common" -> Common (read_order r l.y_rows)
    | "products" ->
        let products = count r "the number of products" in
        Products (times products (fun _ -> read_evidence r l.y_rows claims_nonneg))
    | _ -> malformed r "expected common or products" in
  { claims_nonneg; claims_by }

let no_counting r (subject, model) ~parity =
  exact_only r;
  digest_line r "model" subject.digest;
  let modulus = if parity then 2 else count_line ~least:2 r "modulus" in
  let size = count_line ~least:1 r "letters" in
  let rec ascending k least =
    if k = size then []
    else
      let a = count ~least ~limit:model.n_letters r "a letter, ascending" in
      a :: ascending (k + 1) (a + 1) in
  let letters = ascending 0 0 in
  let claims =
    List.map (fun _ -> List.mapi (fun i l -> read_layer_claim r i l ~parity) model.n_layers) letters in
  finish r;
  if parity then
    need (no_parity_check model (List.map (List.map (fun c -> c.claims_by)) claims) letters) r "4.7"
  else need (no_counting_check model claims letters (Z.of_int modulus)) r "4.7";
  let period cs =
    Z.to_string (Z.shift_left Z.one (List.length (List.filter (fun c -> not c.claims_nonneg) cs))) in
  (if parity then "no-parity" else "no-counting")
  ^ "\nfor every letter a of "
  ^ braced (List.map (List.nth subject.letters) letters)
  ^ " the network gives on the words a, aa, aaa, .. of some length on "
  ^ (if parity then "one label only, and so it does not tell whether their length is even"
     else
       "labels of the period" ^ (if size = 1 then "" else "s") ^ " "
       ^ String.concat " " (List.map period claims)
       ^ ", and so it does not tell whether their length is divisible by " ^ string_of_int modulus)
  ^ ", in the arithmetic below\nnetwork     sha256 " ^ subject.digest
  ^ "\narithmetic  exact states cast to finitely many values, monotone in each coordinate, before any \
     readouts\n"

let eigenvalue r (subject, model) =
  exact_only r;
  digest_line r "model" subject.digest;
  let i = count_line ~limit:(List.length model.n_layers) r "layer" in
  let l = List.nth model.n_layers i in
  let length = count_line ~least:1 r "product" in
  let inputs = List.length l.y_inputs in
  let word = times length (fun _ -> count ~limit:inputs r "an input") in
  let hankel = count_line ~limit:2 r "hankel" in
  let q = times l.y_rows (fun _ -> integer r) in
  finish r;
  need (eigenvalue_check model i word hankel q) r "4.8";
  Printf.sprintf
    "eigenvalue\nthe product of the matrices of the inputs %s of layer %d, the first applied first, \
     has an eigenvalue that is %s\nnetwork     sha256 %s\narithmetic  exact\nevidence    1 vector\n"
    (braced (List.map string_of_int word)) i
    (if hankel = 0 then "not real" else "not a real number >= 0")
    subject.digest

let read_form r n =
  expect r "form";
  times (n * n) (fun _ -> integer r)

(* NUM DEN with NUM >= least *)
let read_fraction r ~least =
  let num = integer r in
  if Z.lt num (Z.of_int least) then malformed r ("expected a numerator of at least " ^ string_of_int least);
  let den = denominator r in
  (num, den)

let fraction_text num den =
  Z.to_string num ^ if Z.equal den Z.one then "" else "/" ^ Z.to_string den

let read_part r model =
  let p_layer = count_line ~limit:(List.length model.n_layers) r "layer" in
  let l = List.nth model.n_layers p_layer in
  let n = l.y_rows in
  let p_form = read_form r n in
  expect r "least";
  let p_least, p_least_den = read_fraction r ~least:1 in
  let p_above = read_squares r n in
  let size = count_line ~least:1 r "inputs" in
  let next = ref 0 in
  let p_inputs =
    times size (fun _ ->
        let c_input = count_line ~least:!next ~limit:(List.length l.y_inputs) r "input" in
        next := c_input + 1;
        let c_num, c_den = read_fraction r ~least:0 in
        if Z.gt c_num c_den then malformed r "expected a fraction of at most 1";
        { c_input; c_num; c_den; c_squares = read_squares r n }) in
  let p_states =
    if not (flag_line r "states") then None
    else
      let radius = read_fraction r ~least:0 in
      expect r "center";
      Some (radius, fractions r (n * l.y_cols)) in
  { p_layer; p_form; p_least; p_least_den; p_above; p_inputs; p_states }

let part_text model part =
  let l = List.nth model.n_layers part.p_layer in
  let all = List.length part.p_inputs = List.length l.y_inputs in
  Printf.sprintf "layer %d: for the inputs %s%s |A h| <= q |h| in the norm |h|^2 = h^T P h, q =%s" part.p_layer
    (braced (List.map (fun c -> string_of_int c.c_input) part.p_inputs))
    (if all then ", which are all," else "")
    (String.concat "" (List.map (fun c -> " " ^ fraction_text c.c_num c.c_den) part.p_inputs))
  ^
  match part.p_states with
  | None -> ""
  | Some ((num, den), _) ->
      let top = Z.mul num part.p_least_den and bottom = Z.mul den part.p_least in
      let common = Z.gcd top bottom in
      Printf.sprintf
        "; so %s each column of its state keeps a Euclidean distance of at most the square root of %s from \
         that of the center"
        (if all then "on every word" else "as long as it reads no other input")
        (fraction_text (Z.divexact top common) (Z.divexact bottom common))

let bounded r network =
  parts_claim r network ~counted:"parts" ~read:read_part ~check:bounded_check ~rule:"4.9"
    ~opening:"bounded\nof the matrices A and the states of the network, exact (each P is positive definite):"
    ~text:part_text

let unbounded r (subject, model) =
  exact_only r;
  digest_line r "model" subject.digest;
  let g_layer = count_line ~limit:(List.length model.n_layers) r "layer" in
  let l = List.nth model.n_layers g_layer in
  let size = l.y_rows + l.y_cols in
  let length = count_line ~least:1 r "product" in
  let g_word = times length (fun _ -> count ~limit:(List.length l.y_inputs) r "an input") in
  let g_form = read_form r size in
  expect r "growth";
  let g_num, g_den = read_fraction r ~least:1 in
  if Z.lt g_num g_den then malformed r "expected a fraction of at least 1";
  let g_squares = read_squares r size in
  expect r "vector";
  let g_vector = times size (fun _ -> integer r) in
  finish r;
  need (unbounded_check model { g_layer; g_word; g_form; g_num; g_den; g_squares; g_vector }) r "4.10";
  Printf.sprintf
    "unbounded\nof layer %d and the word of the inputs %s, the first applied first, again and again: %s, \
     |.|^2 at least like %s\nnetwork     sha256 %s\narithmetic  exact\n"
    g_layer
    (braced (List.map string_of_int g_word))
    (match grown_of l g_vector with
    | Powers -> "the powers of A, the product of their matrices, are unbounded"
    | StateColumn j -> Printf.sprintf "the layer's state is unbounded, by its column %d, from its start" j
    | Affine -> "the powers of (A B; 0 1) are unbounded, where A H + B is what they make of a state")
    (if Z.equal g_num g_den then "k" else fraction_text g_num g_den ^ " to the power k")
    subject.digest
