@NFA-explicit
%Alphabet-auto
# one automaton, two initial states
%Initial q0 "q 1"
%Final q2
q0 a q0
q0 b q0
q0 a "q 1"
"q 1" b q2
