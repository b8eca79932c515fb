(** Assumptions.v -- the main theorems, each asked for what it assumes. `assumptions.py` asks the
    same and refuses any answer but nothing, or excluded middle where that is said here. *)
From Statewright Require LrnnCert LayerStack NetworkFile ReadoutLookup ExactNetwork RoundedNetwork ParityLanguage.
From Statewright Require PermCompile ParityImpossible PeriodDoubling PeriodTri DiagFloat SignedDiagFloat SymRound SymNoParity Tight.
From Statewright Require KdaRound OverflowRound GolesOlivos OneLayer Counterexample.
From Statewright Require CascadeComposition ReflectionPairs TraceHankel SpectrumCheck RealCounting RoundingCycles Stability.
From Statewright Require SpectrumEvidence CastNetwork Householder ThreeFactors FactorPencil FactorCheck NoSingleFactor.
From Statewright Require CountingNetwork EigenvalueShown StabilityCheck.

(* tables that prove what a network computes on every word *)
Print Assumptions LrnnCert.bisim_check_sound.
Print Assumptions LayerStack.stack_check_sound.
Print Assumptions ExactNetwork.exact_check_sound.
Print Assumptions ExactNetwork.exact_check_table_sound.
Print Assumptions ExactNetwork.factor_matrix_entry.
Print Assumptions RoundedNetwork.rounded_check_sound.
Print Assumptions RoundedNetwork.rounded_check_table_sound.
Print Assumptions ReadoutLookup.lookup_argmax.
Print Assumptions ParityLanguage.network_decides_parity.

(* words on which network and automaton differ *)
Print Assumptions Counterexample.exact_difference_sound.
Print Assumptions Counterexample.exact_shortest_sound.
Print Assumptions Counterexample.rounded_difference_sound.
Print Assumptions Counterexample.rounded_shortest_sound.
Print Assumptions Counterexample.exact_shortest_table_sound.
Print Assumptions Counterexample.rounded_shortest_table_sound.

(* all compiled permutation automata at once *)
Print Assumptions PermCompile.compile_correct.
Print Assumptions PermCompile.perm_is_house_product.
Print Assumptions CascadeComposition.stack_covers_dfa.
Print Assumptions CascadeComposition.cascade_check_sound.
Print Assumptions CascadeComposition.reset_forgets.
Print Assumptions CascadeComposition.Instance.all_lengths.
Print Assumptions ReflectionPairs.reflections_add.
Print Assumptions ReflectionPairs.modular_addition.
Print Assumptions ReflectionPairs.refl_householder.

(* impossibilities, each before what is possible in its model *)
Print Assumptions ParityImpossible.no_parity. (* excluded middle *)
Print Assumptions ParityImpossible.nout_evconst. (* excluded middle *)
Print Assumptions Tight.parity_possible.
Print Assumptions PeriodTri.no_mod_count. (* excluded middle *)
Print Assumptions PeriodTri.no_mod3. (* excluded middle *)
Print Assumptions Tight.mod_possible.
Print Assumptions DiagFloat.dnet_no_parity. (* excluded middle *)
Print Assumptions DiagFloat.falling_parity.
Print Assumptions SignedDiagFloat.signed_no_mod3. (* excluded middle *)
Print Assumptions SymRound.weighted_cycle_is_fixed.
Print Assumptions SymRound.sym_cycle_is_fixed.
Print Assumptions SymNoParity.sym_no_parity.
Print Assumptions SymNoParity.snet_evconst.
Print Assumptions SymNoParity.weighted_no_mod_count.
Print Assumptions SymNoParity.indefinite_parity.
Print Assumptions KdaRound.kda_evconst.
Print Assumptions KdaRound.kda_no_parity.
Print Assumptions KdaRound.kda_no_mod_count.
Print Assumptions KdaRound.gated_delta_no_parity.
Print Assumptions KdaRound.gated_delta_no_mod_count.
Print Assumptions KdaRound.columnwise_weighted.
Print Assumptions KdaRound.beta_two_parity.
Print Assumptions KdaRound.two_factors_parity.
Print Assumptions OverflowRound.once_evconst. (* excluded middle *)
Print Assumptions OverflowRound.once_kda_no_parity. (* excluded middle *)
Print Assumptions OverflowRound.once_kda_no_mod_count. (* excluded middle *)
Print Assumptions OverflowRound.once_gated_delta_no_parity. (* excluded middle *)
Print Assumptions OverflowRound.once_gated_delta_no_mod_count. (* excluded middle *)
Print Assumptions OverflowRound.once_beta_two_parity.
Print Assumptions GolesOlivos.cycle_returns.
Print Assumptions GolesOlivos.no_mod_count.
Print Assumptions GolesOlivos.once_any_beta_no_mod_count. (* excluded middle *)
Print Assumptions GolesOlivos.once_kda_any_beta_no_mod_count. (* excluded middle *)
Print Assumptions GolesOlivos.two_factors_mod3.
Print Assumptions RealCounting.real_no_mod_count. (* excluded middle *)
Print Assumptions RealCounting.square_nonneg.
Print Assumptions RealCounting.reals_counted. (* excluded middle *)
Print Assumptions OneLayer.no_single_layer.
Print Assumptions OneLayer.permutations_possible.
Print Assumptions OneLayer.first_letter_impossible.
Print Assumptions OneLayer.first_letter_possible.

(* certificates of spectra, and what follows from them *)
Print Assumptions TraceHankel.hankel_nonneg_spectrum.
Print Assumptions TraceHankel.nonneg_spectrum_hankel.
Print Assumptions TraceHankel.hankel0_real_spectrum.
Print Assumptions SpectrumCheck.spectrum_check_sound.
Print Assumptions SpectrumCheck.real_check_sound.
Print Assumptions SpectrumCheck.refute_check_sound.
Print Assumptions SpectrumCheck.Instance.three_projections_escape.
Print Assumptions SpectrumCheck.weights_no_parity. (* excluded middle *)
Print Assumptions SpectrumCheck.flip_parity.
Print Assumptions SpectrumCheck.flip_has_no_certificate. (* excluded middle *)
Print Assumptions SpectrumCheck.Instance.file_no_parity. (* excluded middle *)
Print Assumptions SpectrumEvidence.psd_pair_good.
Print Assumptions SpectrumEvidence.good_spectrum.
Print Assumptions SpectrumEvidence.psd_left_good.
Print Assumptions SpectrumEvidence.psd_right_good.
Print Assumptions SpectrumEvidence.blocks_check_sound.
Print Assumptions CastNetwork.no_parity_check_sound. (* excluded middle *)
Print Assumptions CastNetwork.turn_tells.
Print Assumptions CastNetwork.evidence_check_sound.
Print Assumptions CastNetwork.turn_has_no_certificate. (* excluded middle *)
Print Assumptions CountingNetwork.no_counting_check_sound. (* excluded middle *)
Print Assumptions CountingNetwork.unary_period. (* excluded middle *)
Print Assumptions CountingNetwork.turn_counts_no_three. (* excluded middle *)
Print Assumptions CountingNetwork.turn_counts_two. (* excluded middle *)
Print Assumptions CountingNetwork.cycle_counts.
Print Assumptions CountingNetwork.cycle_has_no_certificate. (* excluded middle *)
Print Assumptions CastNetwork.two_factors_check_sound.
Print Assumptions EigenvalueShown.eigenvalue_check_sound.
Print Assumptions EigenvalueShown.eigenvalue_refutes.
Print Assumptions EigenvalueShown.negative_form_shows.
Print Assumptions EigenvalueShown.turning_is_not_real.

(* how far rounding can keep a layer from rest *)
Print Assumptions RoundingCycles.weighted_steps_bounded.
Print Assumptions RoundingCycles.weighted_some_step_is_small.
Print Assumptions RoundingCycles.kda_steps_bounded.
Print Assumptions RoundingCycles.steps_bounded.
Print Assumptions RoundingCycles.some_step_is_small.
Print Assumptions RoundingCycles.indefinite_step.

(* how many factors I - beta v v^T / (v^T v) a matrix takes *)
Print Assumptions Householder.at_least_minor.
Print Assumptions Householder.contracting_nonexpansive.
Print Assumptions Householder.expanding.
Print Assumptions Householder.orthogonal_least.
Print Assumptions Householder.permutation_least.
Print Assumptions Householder.transposition_one.
Print Assumptions Householder.rotation_two.
Print Assumptions Householder.twice_needs_more.
Print Assumptions ThreeFactors.three_factors.
Print Assumptions ThreeFactors.least_attained.
Print Assumptions FactorPencil.more_than_rank.
Print Assumptions FactorCheck.factors_check_sound.
Print Assumptions FactorCheck.Instance.turns_checked.
Print Assumptions FactorCheck.no_certificate_for_one.
Print Assumptions NoSingleFactor.no_single_factor.
Print Assumptions NoSingleFactor.mod3_impossible.
Print Assumptions NoSingleFactor.mod2_possible.
Print Assumptions NoSingleFactor.mod3_possible.

(* whether states stay bounded *)
Print Assumptions Stability.word_contracts.
Print Assumptions Stability.eigenvalue_inside.
Print Assumptions Stability.ball_kept.
Print Assumptions Stability.entry_kept.
Print Assumptions Stability.drift_unbounded.
Print Assumptions Stability.growth_unbounded.
Print Assumptions Stability.drift_no_norm.
Print Assumptions Stability.jordan_no_form.
Print Assumptions Stability.jordan_drifts.
Print Assumptions Stability.turn_form.
Print Assumptions StabilityCheck.bounded_check_sound.
Print Assumptions StabilityCheck.words_contract.
Print Assumptions StabilityCheck.words_bounded.
Print Assumptions StabilityCheck.eigenvalues_inside.
Print Assumptions StabilityCheck.unbounded_check_sound.
Print Assumptions StabilityCheck.grows_unbounded.
Print Assumptions StabilityCheck.turn_bounded.
Print Assumptions StabilityCheck.shear_unbounded.
Print Assumptions StabilityCheck.shear_has_no_form.
