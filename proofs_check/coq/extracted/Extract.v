(** Extract.v -- the proved checks as OCaml: booleans, lists and options become OCaml's own,
    Z and positive become Zarith's integers, nat becomes [int] (counts below 2^31 only,
    which main.ml sees to).  That mapping and main.ml's parser are not proved. *)
From Coq Require Import Extraction ExtrOcamlBasic ExtrOcamlZBigInt ExtrOcamlNatInt.
From Statewright Require LrnnCert LayerStack NetworkFile ExactNetwork RoundedNetwork.
From Statewright Require Counterexample OneLayer CastNetwork CountingNetwork EigenvalueShown.
From Statewright Require FactorCheck NoSingleFactor StabilityCheck.
Extraction "kernel.ml"
  (* networks and automata *)
  NetworkFile.well_formed LrnnCert.mk_map RoundedNetwork.stored_layers RoundedNetwork.value_of_code
  (* claim every-word *)
  ExactNetwork.exact_check_table RoundedNetwork.rounded_check_table
  (* claim counterexample *)
  Counterexample.exact_difference Counterexample.exact_shortest_table
  Counterexample.rounded_difference Counterexample.rounded_shortest_table
  (* claims no-single-layer, no-single-factor *)
  OneLayer.is_obstruction NoSingleFactor.is_factor_obstruction
  (* claim factors *)
  FactorCheck.factors_check
  (* claims no-parity, no-counting, eigenvalue *)
  CastNetwork.no_parity_check CountingNetwork.no_counting_check EigenvalueShown.eigenvalue_check
  (* claims bounded and unbounded *)
  StabilityCheck.bounded_check StabilityCheck.unbounded_check StabilityCheck.grown_of.
