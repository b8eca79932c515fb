(** Extract.v -- the proved checks as OCaml: booleans, lists and options become OCaml's own,
    Z and positive become Zarith's integers, nat becomes [int] (counts below 2^31 only,
    which main.ml sees to).  That mapping and main.ml's parser are not proved. *)
From Coq Require Import Extraction ExtrOcamlBasic ExtrOcamlZBigInt ExtrOcamlNatInt.
From Statewright Require Import LrnnCert LayerStack NetworkFile ExactNetwork RoundedNetwork.
Extraction "kernel.ml" exact_check_table rounded_check_table stored_layers value_of_code
  well_formed mk_map.
