package com.genesyslab.platform.voice.protocol.tserver;

import com.genesyslab.platform.commons.collections.KeyValueCollection;
import com.genesyslab.platform.voice.protocol.ConnectionId;

public interface TServerEvent {
    String getCallUuid();

    String getPartyUuid();

    String getOriginalCallUuid();

    String getRefCallUuid();

    String getNewCallUuid();

    ConnectionId getConnID();

    ConnectionId getPreviousConnID();

    Integer getCallID();

    Long getNetworkCallID();

    CallType getCallType();

    CallType getLocalCallType();

    CallType getPropagatedCallType();

    Integer getCallState();

    String getThisDN();

    String getThisQueue();

    String getOtherDN();

    String getThirdPartyDN();

    String getThirdPartyQueue();

    DNRole getThisDNRole();

    DNRole getOtherDNRole();

    DNRole getThirdPartyDNRole();

    String getANI();

    String getDNIS();

    String getAgentID();

    String getPlace();

    Cause getCause();

    Reliability getReliability();

    KeyValueCollection getUserData();

    KeyValueCollection getExtensions();

    KeyValueCollection getReasons();

    TimeStamp getTime();

    Long getEventSequenceNumber();

    Integer getSessionID();

    Integer getErrorCode();

    String getErrorMessage();

    ServerRole getServerRole();

    ServerRole getRegistrationCode();

    Long getServerStartTime();
}
