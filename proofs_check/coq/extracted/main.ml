(* The proved checks of ../theories as a program: a third opinion beside statewright-check and coqc.

     statewright-check-ml CERTIFICATE --model MODEL --automaton AUTOMATON
     statewright-check-ml CERTIFICATE --automaton AUTOMATON
     statewright-check-ml CERTIFICATE --model MODEL

   The checking is Kernel's, extracted from Coq; files.ml and claims.ml read. Answers and exit codes
   are those of proofs_check/FORMAT.md section 5. Left out, with exit code 4: formats that are not
   IEEE 754 style with rounding to nearest, ties to even. *)

open Files
open Claims

let check path model automaton =
  let r = open_file path in
  exactly r "statewright-certificate" 1;
  expect r "claim";
  let claim = token r "a claim" in
  match (model, automaton) with
  | Some model, None -> (
      match claim with
      | "no-parity" | "no-counting" -> no_counting r (read_model model) ~parity:(claim = "no-parity")
      | "eigenvalue" -> eigenvalue r (read_model model)
      | "factors" -> factors r (read_model model)
      | "bounded" -> bounded r (read_model model)
      | "unbounded" -> unbounded r (read_model model)
      | _ -> malformed r "expected a claim about a network alone")
  | None, Some automaton -> (
      match claim with
      | "no-single-layer" -> no_single_layer r (read_automaton automaton)
      | "no-single-factor" -> no_single_factor r (read_automaton automaton)
      | _ -> malformed r "expected a claim about an automaton alone")
  | Some model, Some automaton -> (
      let network = read_model model in
      let automaton = read_automaton automaton in
      match claim with
      | "every-word" -> every_word r network automaton
      | "counterexample" -> counterexample r network automaton
      | _ -> malformed r "expected a claim about a network and an automaton")
  | None, None -> raise (Malformed ("command line", "a file is missing"))

let () =
  let answer word (place, text) code = Printf.printf "%s\n%s: %s\n" word place text; exit code in
  let usage () =
    print_string
      "MALFORMED\nusage: statewright-check-ml CERTIFICATE [--model MODEL] [--automaton AUTOMATON]\n";
    exit 2 in
  let run certificate model automaton =
    try print_string ("VERIFIED " ^ check certificate model automaton) with
    | Malformed (place, text) -> answer "MALFORMED" (place, text) 2
    | Rejected (place, text) -> answer "REJECTED" (place, text) 1
    | Unsupported text -> answer "UNSUPPORTED" (certificate, text) 4
    | Out_of_memory | Stack_overflow -> answer "RESOURCES" (certificate, "out of memory or stack") 3 in
  match List.tl (Array.to_list Sys.argv) with
  | [ certificate; "--model"; model; "--automaton"; automaton ] ->
      run certificate (Some model) (Some automaton)
  | [ certificate; "--automaton"; automaton ] -> run certificate None (Some automaton)
  | [ certificate; "--model"; model ] -> run certificate (Some model) None
  | _ -> usage ()
