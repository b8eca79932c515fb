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

let word_line r word letters =
  let length = count_line r word in
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

(* --- 4.7 and 4.8: a network alone ------------------------------------------------------------------- *)

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
