# `cmake --install` puts libraries, headers, both programs and the package file that find_package(Statewright) reads.

include(CMakePackageConfigHelpers)
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Statewright)

install(TARGETS statewright_core statewright_automata statewright_kernels statewright_proofs EXPORT StatewrightTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS statewright statewright-check RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# Public headers keep their paths from the root. Left out: headers marked internal, which need libraries that users of
# the public ones need not have.
foreach(module core automata kernels proofs_check)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${module}
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/statewright
          FILES_MATCHING PATTERN "*.hpp"
          PATTERN "checker" EXCLUDE PATTERN "json.hpp" EXCLUDE PATTERN "flint.hpp" EXCLUDE)
endforeach()

# The Coq library as sources: what `export --to coq` writes is checked against them.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/proofs_check/coq/theories
        DESTINATION ${CMAKE_INSTALL_DATADIR}/statewright/coq FILES_MATCHING PATTERN "*.v")
install(FILES ${PROJECT_SOURCE_DIR}/proofs_check/coq/_CoqProject
        DESTINATION ${CMAKE_INSTALL_DATADIR}/statewright/coq)

install(EXPORT StatewrightTargets NAMESPACE statewright:: DESTINATION ${config_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/StatewrightConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/StatewrightConfig.cmake
                              INSTALL_DESTINATION ${config_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/StatewrightConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/StatewrightConfig.cmake
              ${PROJECT_BINARY_DIR}/StatewrightConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/FindArb.cmake
        DESTINATION ${config_dir})
