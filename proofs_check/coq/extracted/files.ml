(* Networks and automata as files, by the grammar of proofs_check/FORMAT.md sections 1 to 3, as
   strictly as statewright-check reads them: every byte is accounted for. Nothing here is proved. *)

module Zarith = Z  (* Kernel has a module Z of its own *)
open Kernel
module Z = Zarith

exception Malformed of string * string        (* place, what is wrong *)
exception Rejected of string * string

(* --- SHA-256 (FIPS 180-4); the certificate names its subjects by it ------------------------- *)

let sha256 text =
  let primes count =
    let rec next n found =
      if List.length found = count then List.rev found
      else next (n + 1) (if List.exists (fun p -> n mod p = 0) found then found else n :: found)
    in
    next 2 []
  in
  (* the first 32 bits of the fractional part of the k-th root: floor(2^32 root) mod 2^32 *)
  let fraction k p =
    Z.to_int (Z.logand (Z.root (Z.shift_left (Z.of_int p) (32 * k)) k) (Z.of_int 0xffffffff))
  in
  let mask = 0xffffffff in
  let k = Array.of_list (List.map (fraction 3) (primes 64)) in
  let h = Array.of_list (List.map (fraction 2) (primes 8)) in
  let rotate x n = ((x lsr n) lor (x lsl (32 - n))) land mask in
  let length = String.length text in
  let padded = Bytes.make ((length + 8) / 64 * 64 + 64) '\000' in
  Bytes.blit_string text 0 padded 0 length;
  Bytes.set padded length '\x80';
  Bytes.set_int64_be padded (Bytes.length padded - 8) (Int64.of_int (8 * length));
  let w = Array.make 64 0 in
  for block = 0 to (Bytes.length padded / 64) - 1 do
    for t = 0 to 15 do
      w.(t) <- Int32.to_int (Bytes.get_int32_be padded ((64 * block) + (4 * t))) land mask
    done;
    for t = 16 to 63 do
      let x = w.(t - 15) and y = w.(t - 2) in
      let s0 = rotate x 7 lxor rotate x 18 lxor (x lsr 3) in
      let s1 = rotate y 17 lxor rotate y 19 lxor (y lsr 10) in
      w.(t) <- (w.(t - 16) + s0 + w.(t - 7) + s1) land mask
    done;
    let v = Array.copy h in
    for t = 0 to 63 do
      let a = v.(0) and e = v.(4) in
      let s1 = rotate e 6 lxor rotate e 11 lxor rotate e 25 in
      let choice = (e land v.(5)) lxor (lnot e land mask land v.(6)) in
      let t1 = v.(7) + s1 + choice + k.(t) + w.(t) in
      let s0 = rotate a 2 lxor rotate a 13 lxor rotate a 22 in
      let majority = (a land v.(1)) lxor (a land v.(2)) lxor (v.(1) land v.(2)) in
      Array.blit v 0 v 1 7;
      v.(4) <- (v.(4) + t1) land mask;
      v.(0) <- (t1 + s0 + majority) land mask
    done;
    Array.iteri (fun i x -> h.(i) <- (h.(i) + x) land mask) v
  done;
  String.concat "" (Array.to_list (Array.map (Printf.sprintf "%08x") h))

(* --- section 1: lexical rules ------------------------------------------------------------------ *)

type reader = { path : string; text : string; mutable at : int; mutable line : int }

let place r = Printf.sprintf "%s:%d" r.path r.line
let malformed r text = raise (Malformed (place r, text))

let open_file path =
  let text =
    try
      let channel = open_in_bin path in
      let text = really_input_string channel (in_channel_length channel) in
      close_in channel;
      text
    with Sys_error _ | End_of_file -> raise (Malformed (path, "is empty or cannot be read"))
  in
  if text = "" then raise (Malformed (path, "is empty or cannot be read"));
  { path; text; at = 0; line = 0 }

let take r byte what =
  if r.at >= String.length r.text || r.text.[r.at] <> byte then malformed r ("expected " ^ what);
  r.at <- r.at + 1

let run r what =
  let first = r.at in
  while r.at < String.length r.text && r.text.[r.at] > ' ' && r.text.[r.at] <= '~' do
    r.at <- r.at + 1
  done;
  if r.at = first then malformed r ("expected " ^ what);
  String.sub r.text first (r.at - first)

(* the first token of a line *)
let keyword r what =
  if r.line > 0 then take r '\n' "the end of the line";
  r.line <- r.line + 1;
  run r what

let expect r word = if keyword r word <> word then malformed r ("expected " ^ word)
let token r what = take r ' ' what; run r what

let is_int t =
  let n = String.length t in
  let first = if t.[0] = '-' then 1 else 0 in
  let rec digits i = i = n || (t.[i] >= '0' && t.[i] <= '9' && digits (i + 1)) in
  t = "0" || (n > first && t.[first] <> '0' && digits first)

let integer r =
  let t = token r "an integer" in
  if is_int t then Z.of_string t else malformed r "expected an integer"

let denominator r =
  let d = integer r in
  if Z.sign d > 0 then d else malformed r "expected a denominator of at least 1"

let count_end = 1 lsl 31

let count ?(least = 0) ?(limit = count_end) r what =
  let z = integer r in
  if Z.lt z (Z.of_int least) || Z.geq z (Z.of_int (min limit count_end)) then
    malformed r ("expected " ^ what ^ " in range");
  Z.to_int z

let count_line ?least ?limit r word = expect r word; count ?least ?limit r word
let exactly r word n = ignore (count_line ~least:n ~limit:(n + 1) r word)

(* in order, from the left; List.init would not say *)
let times n f =
  let rec go i found = if i = n then List.rev found else go (i + 1) (f i :: found) in
  go 0 []

let name r =
  let t = token r "a name" in
  let n = String.length t in
  let digit c = try String.index "0123456789ABCDEF" c with Not_found -> malformed r "a name" in
  let rec go i =
    if i < n then
      if t.[i] <> '%' then go (i + 1)
      else begin
        if i + 2 >= n then malformed r "expected the only percent-encoding of a name";
        let byte = (16 * digit t.[i + 1]) + digit t.[i + 2] in
        if byte >= 33 && byte <= 126 && byte <> Char.code '%' then
          malformed r "expected the only percent-encoding of a name";
        go (i + 3)
      end
  in
  go 0;
  t

let names_line r word =
  let n = count_line r word in
  let seen = Hashtbl.create 16 in
  times n (fun _ ->
      let x = name r in
      if Hashtbl.mem seen x then malformed r "expected distinct names";
      Hashtbl.add seen x ();
      x)

let finish r =
  expect r "end";
  take r '\n' "the end of the line";
  if r.at <> String.length r.text then malformed r "expected the end of the file"

(* --- section 2: the network -------------------------------------------------------------------- *)

let fractions r size =
  let f_den = denominator r in
  { f_den; f_num = times size (fun _ -> integer r) }

let read_factor r n =
  expect r "factor";
  let b_num = integer r in
  let b_den = denominator r in
  let b_key = fractions r n in
  if List.for_all (fun z -> Z.sign z = 0) b_key.f_num then malformed r "expected a vector v other than 0";
  { b_num; b_den; b_key }

let read_rule r x n d =
  exactly r "input" x;
  let i_A =
    match keyword r "gh, diagonal or dense" with
    | "gh" -> let f = count r "factors" in Product (times f (fun _ -> read_factor r n))
    | "diagonal" -> Diagonal (fractions r n)
    | "dense" -> Dense (fractions r (n * n))
    | _ -> malformed r "expected gh, diagonal or dense"
  in
  let add = count_line ~limit:2 r "add" in
  { i_A; i_add = (if add = 1 then Some (fractions r (n * d)) else None) }

(* [sizes]: of the token and of what earlier layers emit *)
let read_layer r i sizes =
  exactly r "layer" i;
  let y_rows = count_line ~least:1 r "state" in
  let y_cols = count ~least:1 r "columns" in
  let sources = count_line ~least:1 r "reads" in
  let y_reads = times sources (fun _ -> count ~limit:(i + 1) r "a source") in
  let inputs =
    List.fold_left (fun x s -> min count_end (x * List.nth sizes s)) 1 y_reads in
  expect r "start";
  let y_start = fractions r (y_rows * y_cols) in
  if inputs >= count_end then malformed r "expected fewer inputs";
  exactly r "inputs" inputs;
  let y_inputs = times inputs (fun x -> read_rule r x y_rows y_cols) in
  let y_outputs = count_line ~least:1 r "readout" in
  expect r "weights";
  let y_weights = fractions r (y_outputs * y_rows * y_cols) in
  expect r "bias";
  let y_bias = fractions r y_outputs in
  { y_rows; y_cols; y_reads; y_start; y_inputs; y_outputs; y_weights; y_bias }

type subject = { digest : string; letters : string list; labels : string list }

let read_model path =
  let r = open_file path in
  exactly r "statewright-model" 1;
  let letters = names_line r "letters" in
  let labels = names_line r "labels" in
  let n = count_line ~least:1 r "layers" in
  let rec go i sizes layers =
    if i = n then List.rev layers
    else
      let l = read_layer r i sizes in
      if i = n - 1 && l.y_outputs <> List.length labels then
        malformed r "expected one output for each label";
      go (i + 1) (sizes @ [ l.y_outputs ]) (l :: layers)
  in
  let n_layers = go 0 [ List.length letters ] [] in
  finish r;
  ( { digest = sha256 r.text; letters; labels },
    { n_letters = List.length letters; n_labels = List.length labels; n_layers } )

(* --- section 3: the automaton ------------------------------------------------------------------ *)

let one_more i = Z.of_int (i + 1)

type automaton = {
  subject : subject;
  letters_place : string;
  labels : int;
  states : int;
  start : int;
  rows : (int * int array) list;  (* a label, and a state for each letter *)
}

let read_automaton path =
  let r = open_file path in
  exactly r "statewright-automaton" 1;
  let letters = names_line r "letters" in
  let letters_place = place r in
  let labels = names_line r "labels" in
  let states = count_line ~least:1 r "states" in
  let start = count_line ~limit:states r "start" in
  let k = List.length letters in
  let rows =
    times states (fun q ->
        exactly r "state" q;
        let label = count ~limit:(List.length labels) r "a label" in
        (label, Array.of_list (times k (fun _ -> count ~limit:states r "a state")))) in
  finish r;
  { subject = { digest = sha256 r.text; letters; labels }; letters_place; labels = List.length labels;
    states; start; rows }

let number_in names =
  let table = Hashtbl.create 16 in
  List.iteri (fun i x -> Hashtbl.add table x i) names;
  Hashtbl.find_opt table

let dfa_of automaton order label_of =
  { d_syms = List.length order;
    d_init = one_more automaton.start;
    d_trans = mk_map (List.map (fun (_, next) -> List.map (fun a -> one_more next.(a)) order) automaton.rows);
    d_lab = mk_map (List.map (fun (l, _) -> label_of l) automaton.rows) }

(* letters and labels as the automaton numbers them *)
let numbered automaton =
  dfa_of automaton (List.mapi (fun i _ -> i) automaton.subject.letters) (fun l -> l)

(* labels by the network's numbering; those that it lacks, after all of its own *)
let label_number automaton (network : subject) =
  let own = number_in network.labels and others = number_in automaton.subject.labels in
  let count = List.length network.labels in
  fun label ->
    match own label with
    | Some i -> Some i
    | None -> Option.map (fun i -> count + i) (others label)

(* Letters and labels by the network's numbering. Whether the letters are the network's is a question
   of content, to be asked when all three files have been read. *)
let matched automaton (network : subject) =
  if List.sort compare automaton.subject.letters <> List.sort compare network.letters then
    raise (Rejected (automaton.letters_place, "3: network and automaton have different letters"));
  let letter = number_in automaton.subject.letters in
  let number = label_number automaton network in
  let label_of = Array.of_list (List.map (fun x -> Option.get (number x)) automaton.subject.labels) in
  dfa_of automaton (List.map (fun x -> Option.get (letter x)) network.letters) (Array.get label_of)
