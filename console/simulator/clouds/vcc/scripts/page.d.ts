// The page's callbacks, and the scripts' own jQuery (whose name tsc takes for a minified file).

declare var $: any;

declare function csCallRinging(phone: string): void;
declare function csAcceptCall(): void;
declare function csEndCall(): void;
declare function csMuteCall(): void;
declare function csUnMuteCall(): void;
declare function csHoldCall(): void;
declare function csUnHoldCall(): void;
declare function showCalloutInfo(number: string): void;
declare function showCalloutError(errorCode: string, sipCode?: number | string): void;
declare function csShowEnableVoice(isEnable: boolean): void;
declare function csShowCallStatus(status: string): void;
declare function csCustomerAccept(): void;
declare function csShowDeviceType(type: number): void;
declare function csCurrentCallId(callId: string): void;
declare function csInitComplete(): void;
declare function csInitError(error?: number): void;
declare function csCallRingingAgent(): void;
declare function csListTransferAgent(list: object[]): void;
declare function csTransferCallError(error: string, agent?: object): void;
declare function csTransferCallSuccess(agent: object): void;
declare function csNewCallTransferRequest(request: object): void;
declare function csTransferCallResponse(status: string): void;
declare function csTransferSurveyResponse(status: string): void;
declare function csNotifyReconnecting(retryNo: number, totalRetry: number): void;
declare function csOndisconnected(): void;
