// For the type checker: what of JsSIP the phone uses is declared with the project's own types.
export { default } from "../../js/providers/sip/jssip";
