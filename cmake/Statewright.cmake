# How every target of ours is built, in one place.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# Exact bits are the product: no contraction to fused multiply-add, no fast-math, anywhere.
function(statewright_flags target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  set(flags -ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow $<$<BOOL:${STATEWRIGHT_DEVELOPER}>:-Werror>)
  target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${flags}>"
                                           "$<$<COMPILE_LANGUAGE:CUDA>:-fmad=false>")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 warns wrongly about `"text" + std::to_string(x)` (its bug 105651).
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
  endif()
endfunction()

# statewright_library(core SOURCES ... LINK ... PRIVATE_LINK ...): target statewright_core, alias
# statewright::core. Headers are found by their path from the root of the repository.
function(statewright_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  add_library(statewright_${name} STATIC ${ARG_SOURCES})
  add_library(statewright::${name} ALIAS statewright_${name})
  set_target_properties(statewright_${name} PROPERTIES EXPORT_NAME ${name}
                                                       POSITION_INDEPENDENT_CODE ON)
  statewright_flags(statewright_${name})
  target_include_directories(
    statewright_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                               $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/statewright>)
  target_link_libraries(statewright_${name} PUBLIC ${ARG_LINK} PRIVATE ${ARG_PRIVATE_LINK})
endfunction()

# statewright_test(core SOURCES ... LINK ...): one Catch2 program, each test case a ctest case.
function(statewright_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(test_${name} ${ARG_SOURCES})
  statewright_flags(test_${name})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(test_${name} PRIVATE
                             STATEWRIGHT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(test_${name} PRIVATE ${ARG_LINK} statewright_test_main)
  catch_discover_tests(test_${name} TEST_PREFIX "${name}: " PROPERTIES TIMEOUT 120)
endfunction()
